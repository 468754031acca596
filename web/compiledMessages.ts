import { compileMessageOrThrow } from "@lingui/message-utils/compileMessage";
import type { Plugin } from "vite";

/**
 * Puts compiled messages in the place of those in src/locales, so that the admin has no parser of ICU MessageFormat. Tests and the
 * development server compile them when they are said.
 */
export function compiledMessages(): Plugin {
  return {
    name: "compiled-messages",
    apply: "build",
    enforce: "post",
    transform(code, id) {
      if (!/\/src\/locales\/\w+\.ts$/.test(id)) return;
      let compiled = code;
      for (const { start, end, value } of textsIn(this.parse(code)).reverse())
        compiled = compiled.slice(0, start) + JSON.stringify(compileMessageOrThrow(value)) + compiled.slice(end);
      return { code: compiled, map: null };
    },
  };
}

interface Text {
  start: number;
  end: number;
  value: string;
}

/** The texts that are values of properties, in the order of the source. */
function textsIn(node: unknown): Text[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (node === null || typeof node !== "object") return [];
  const { type, value, start, end } = node as { type?: string; value?: unknown; start: number; end: number };
  if (type === "Property") return textsIn(value);
  if (type === "Literal") return typeof value === "string" ? [{ start, end, value }] : [];
  return Object.values(node).flatMap(textsIn);
}
