import { test as base, expect } from "@playwright/test";
import { Program } from "./program";

interface Fixtures {
  /** What the program finds in its environment. */
  env: Record<string, string>;
  program: Program;
  /** What the page may complain about: of a test that takes its server away. */
  expected: RegExp[];
}

/** A test with a program and a database of its own; a page that complains, or asks anything of anybody else, fails it. */
export const test = base.extend<Fixtures>({
  env: [{}, { option: true }],
  expected: [[], { option: true }],
  program: async ({ env }, use) => {
    const program = await Program.start(env);
    await use(program);
    await program.remove();
  },
  baseURL: async ({ program }, use) => use(program.url),
  page: async ({ page, program, expected }, use) => {
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      const address = request.url();
      if (!/^(data|blob):/.test(address) && !address.startsWith(program.url)) complaints.push(`asked ${address}`);
    });
    await use(page);
    expect(complaints.filter((complaint) => !expected.some((one) => one.test(complaint)))).toEqual([]);
  },
});

export { expect };
