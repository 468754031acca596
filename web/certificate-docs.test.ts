import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

// The verifier that docs/certificate.md prints for whoever trusts no program of ours.

const repository = new URL("..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "handback-certificate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const page = readFileSync(join(repository, "docs/certificate.md"), "utf8");
const script = page.match(/```js\n(.*?)```/s)?.[1] ?? "";
const signed = readFileSync(join(repository, "certificate/testdata/certificate.json"), "utf8");

function verify(certificate: string): string {
  writeFileSync(join(folder, "verify.mjs"), script);
  writeFileSync(join(folder, "certificate.json"), certificate);
  const args = ["verify.mjs", "certificate.json", join(repository, "certificate/testdata/keys.json")];
  return execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
}

test("the verifier of the docs has at most 30 lines, and holds a certificate to be good", () => {
  expect(script.split("\n").length).toBeLessThanOrEqual(31);
  expect(verify(signed)).toContain("aurora.myshopify.com was given back");
});

test.each([
  ["another store", "aurora.myshopify", "borealis.myshopify"],
  ["another value", "1.50", "1.51"],
  ["another key", "kPrK", "kPrL"],
])("it refuses one of %s", (_, was, is) => {
  expect(() => verify(signed.replace(was, is))).toThrow();
});
