import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const startTimeout = 120_000; // ms

/** A running program on a port and a database of its own: the embedded one, with the demo store. */
export class Program {
  url = "";
  /** Where operators are answered. */
  operatorsUrl = "";
  #process: ChildProcess | undefined;
  readonly #folder: string;
  readonly #env: Record<string, string>;

  private constructor(folder: string, env: Record<string, string>) {
    this.#folder = folder;
    this.#env = env;
  }

  /** Starts one with nothing but env in its environment. */
  static async start(env: Record<string, string> = {}): Promise<Program> {
    const program = new Program(await mkdtemp(join(tmpdir(), "handback-e2e-")), env);
    await program.start();
    return program;
  }

  /** Starts it again after stop, with the same address and database. */
  async start(): Promise<void> {
    const address = this.url ? new URL(this.url).host : "127.0.0.1:0";
    this.#process = spawn(process.env.HANDBACK_PROGRAM ?? "", {
      cwd: this.#folder,
      env: { ADDR: address, OPS_ADDR: "127.0.0.1:0", SHUTDOWN_DELAY: "0", ...this.#env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    printErrors(this.#process);
    [this.url, this.operatorsUrl] = await addressesOf(this.#process);
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGTERM");
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Sends an operation to the API; throws when there are errors. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  async graphql(query: string, variables: object = {}): Promise<any> {
    const response = await fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as { data: unknown; errors?: unknown };
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }
}

/** Prints what the program logs on standard error, but for its line on each operation. */
function printErrors({ stderr }: ChildProcess): void {
  if (!stderr) return;
  createInterface(stderr).on("line", (line) => {
    if (!line.includes("level=INFO")) console.error(line);
  });
}

/** The addresses are in what the program prints when it is ready: of clients, and of operators. */
function addressesOf(program: ChildProcess): Promise<[string, string]> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const fail = (why: string) => reject(new Error(`the program ${why}; it printed: ${printed}`));
    const timer = setTimeout(() => fail("did not come up"), startTimeout);
    program.stdout?.on("data", (text) => {
      printed += text;
      const found = printed.match(/at (http:\/\/\S+)\/graphql\n.*(http:\/\/\S+)\/metrics\n/s);
      if (!found?.[1] || !found[2]) return;
      clearTimeout(timer);
      resolve([found[1], found[2]]);
    });
    program.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
}
