import { test as base, expect } from "@playwright/test";
import { Program } from "./program";

interface Fixtures {
  /** Environment variables of the program. */
  env: Record<string, string>;
  program: Program;
  /** Console errors and requests that a test allows, as when it stops the server. */
  expectedErrors: RegExp[];
}

/**
 * A test with a program and a database of its own. It fails on an error in the console of a page, and on a request to
 * anything but the program.
 */
export const test = base.extend<Fixtures>({
  env: [{}, { option: true }],
  expectedErrors: [[], { option: true }],
  program: async ({ env }, use) => {
    const program = await Program.start(env);
    await use(program);
    await program.remove();
  },
  baseURL: async ({ program }, use) => use(program.url),
  context: async ({ context, program, expectedErrors }, use) => {
    const problems: string[] = [];
    context.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    context.on("weberror", (error) => problems.push(String(error.error())));
    context.on("request", (request) => {
      const address = request.url();
      if (!/^(data|blob):/.test(address) && !address.startsWith(program.url)) problems.push(`asked ${address}`);
    });
    await use(context);
    expect(problems.filter((problem) => !expectedErrors.some((one) => one.test(problem)))).toEqual([]);
  },
});

export { expect };
