import { compileMessageOrThrow } from "@lingui/message-utils/compileMessage";
import type { Plugin } from "vite";
import { partOf } from "./src/i18n/parts";

/**
 * Puts compiled messages in the place of those in src/locales, so that the admin has no parser of ICU MessageFormat: of a file that is
 * imported with a part, such as es.ts?part=settings, those of that part alone. Tests and the development server have whole files, and
 * compile messages when they are said.
 */
export function compiledMessages(): Plugin {
  return {
    name: "compiled-messages",
    apply: "build",
    enforce: "post",
    transform(code, id) {
      const [, language, part] = /\/src\/locales\/(\w+)\.ts\?part=(\w+)$/.exec(id) ?? [];
      if (!language || !part) return;
      const wanted = messagesIn(this.parse(code)).filter(({ path }) => partOf(path.join(".")) === part);
      return { code: `export const ${language} = ${JSON.stringify(nested(wanted))};`, map: null };
    },
  };
}

interface Message {
  path: string[];
  compiled: unknown;
}

/** The texts that are values of properties, compiled, in the order of the source. */
function messagesIn(node: unknown, path: string[] = []): Message[] {
  if (Array.isArray(node)) return node.flatMap((one) => messagesIn(one, path));
  if (node === null || typeof node !== "object") return [];
  const { type, key, value } = node as { type?: string; key?: { name?: string; value?: string }; value?: unknown };
  if (type === "Property") return messagesIn(value, [...path, String(key?.name ?? key?.value)]);
  if (type === "Literal")
    return typeof value === "string" && path.length > 0 ? [{ path, compiled: compileMessageOrThrow(value) }] : [];
  return Object.values(node).flatMap((one) => messagesIn(one, path));
}

type Section = { [name: string]: unknown };

/** The messages in their sections. */
function nested(messages: Message[]): Section {
  const all: Section = {};
  for (const { path, compiled } of messages) {
    const section = path.slice(0, -1).reduce(within, all);
    section[path.at(-1) ?? ""] = compiled;
  }
  return all;
}

/** The section of a name, which is made where there is none. */
function within(section: Section, name: string): Section {
  const inner = (section[name] ?? {}) as Section;
  section[name] = inner;
  return inner;
}
