import { test as base, expect } from "@playwright/test";
import { Program } from "./program";

interface Fixtures {
  /** What the program finds in its environment. */
  env: Record<string, string>;
  program: Program;
  /** What the pages may complain about: of a test that takes their server away. */
  expected: RegExp[];
}

/**
 * A test with a program and a database of its own; a page of it that complains, or asks anything of anybody else, fails
 * it.
 */
export const test = base.extend<Fixtures>({
  env: [{}, { option: true }],
  expected: [[], { option: true }],
  program: async ({ env }, use) => {
    const program = await Program.start(env);
    await use(program);
    await program.remove();
  },
  baseURL: async ({ program }, use) => use(program.url),
  context: async ({ context, program, expected }, use) => {
    const complaints: string[] = [];
    context.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    context.on("weberror", (error) => complaints.push(String(error.error())));
    context.on("request", (request) => {
      const address = request.url();
      if (!/^(data|blob):/.test(address) && !address.startsWith(program.url)) complaints.push(`asked ${address}`);
    });
    await use(context);
    expect(complaints.filter((complaint) => !expected.some((one) => one.test(complaint)))).toEqual([]);
  },
});

export { expect };
