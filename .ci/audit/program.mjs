// Builds the program, starts it, and stops it again.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const repository = new URL("../..", import.meta.url).pathname;
const startTime = 20_000; // ms

/**
 * Calls work with the URL (http://HOST:PORT) of a program that was just built and runs on a free port, in an empty
 * folder and with nothing but env in its environment: an embedded database with the demo store.
 */
export async function withProgram(work, env = {}) {
  const folder = await mkdtemp(join(tmpdir(), "handback-audit-"));
  try {
    const file = join(folder, "program");
    const built = spawnSync("go", ["build", "-o", file, "."], { cwd: repository, stdio: "inherit" });
    if (built.status !== 0) throw new Error("go build failed");
    const program = spawn(file, { cwd: folder, env: { ADDR: "127.0.0.1:0", ...env }, stdio: ["ignore", "pipe", "pipe"] });
    tellComplaints(program.stderr);
    const ended = once(program, "exit");
    try {
      return await work(await address(program));
    } finally {
      program.kill("SIGTERM");
      await ended;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Shows what the program says on standard error, but for its line on each operation. */
function tellComplaints(stderr) {
  createInterface(stderr).on("line", (line) => {
    if (!line.includes("level=INFO")) console.error(line);
  });
}

/** The address is in what the program prints when it is ready. */
function address(program) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the program did not come up; it printed: ${printed}`)), startTime);
    let printed = "";
    program.stdout.on("data", (text) => {
      printed += text;
      const found = printed.match(/at (http:\/\/\S+)\/graphql\n/);
      if (found) {
        clearTimeout(late);
        resolve(found[1]);
      }
    });
    program.on("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`the program ended with code ${code}; it printed: ${printed}`));
    });
  });
}
