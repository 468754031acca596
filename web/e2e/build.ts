import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const repository = new URL("../..", import.meta.url).pathname;

/** Builds the program once, for all tests. */
export default function build(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "handback-e2e-"));
  process.env.HANDBACK_PROGRAM = join(folder, "handback");
  execFileSync("go", ["build", "-o", process.env.HANDBACK_PROGRAM, "."], { cwd: repository, stdio: "inherit" });
  return () => rmSync(folder, { recursive: true });
}
