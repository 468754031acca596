// The messages of one part of a language, which the build takes out of its file (compiledMessages.ts). Elsewhere it is the whole file.
declare module "*/en.ts?part=start" {
  export const en: object;
}
declare module "*/en.ts?part=settings" {
  export const en: object;
}
declare module "*/en.ts?part=connect" {
  export const en: object;
}
declare module "*/en.ts?part=consent" {
  export const en: object;
}
declare module "*/en.ts?part=disconnect" {
  export const en: object;
}
declare module "*/en.ts?part=disconnection" {
  export const en: object;
}
declare module "*/en.ts?part=apikeys" {
  export const en: object;
}
declare module "*/en.ts?part=webhooks" {
  export const en: object;
}
declare module "*/es.ts?part=start" {
  export const es: object;
}
declare module "*/es.ts?part=settings" {
  export const es: object;
}
declare module "*/es.ts?part=connect" {
  export const es: object;
}
declare module "*/es.ts?part=consent" {
  export const es: object;
}
declare module "*/es.ts?part=disconnect" {
  export const es: object;
}
declare module "*/es.ts?part=disconnection" {
  export const es: object;
}
declare module "*/es.ts?part=apikeys" {
  export const es: object;
}
declare module "*/es.ts?part=webhooks" {
  export const es: object;
}
declare module "*/es.ts?part=descriptions" {
  export const es: object;
}
