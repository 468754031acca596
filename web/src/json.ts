// Setting values are JSON whose numbers keep the digits they were written with: 12.50 stays 12.50. JavaScript's own
// numbers do not, so a number that would come out otherwise is held as raw JSON text.

export type Json = null | boolean | number | string | RawNumber | Json[] | { [member: string]: Json };

/** A number as it was written. JSON.stringify writes it so again. */
export interface RawNumber {
  readonly rawJSON: string;
}

// Newer than TypeScript's own declarations: https://github.com/tc39/proposal-json-parse-with-source
interface JsonWithSource {
  parse(text: string, reviver: (name: string, value: unknown, context?: { source?: string }) => unknown): unknown;
  rawJSON?(text: string): RawNumber;
  isRawJSON?(value: unknown): value is RawNumber;
}
const json = JSON as unknown as JsonWithSource;

export function isRawNumber(value: unknown): value is RawNumber {
  return json.isRawJSON?.(value) ?? false;
}

/** Reads JSON without changing a number. Browsers that cannot show the digits get the nearest number. */
export function parse(text: string): unknown {
  return json.parse(text, (_name, value, context) => {
    const digits = context?.source;
    if (typeof value !== "number" || digits === undefined || String(value) === digits) return value;
    return json.rawJSON?.(digits) ?? value;
  });
}
