import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// The system's own Chromium, which the Makefile installs: the one without a window, where there is one, as it is the fastest.
const installed = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find((file) => existsSync(file));

// With every name but the program's address unknown to it.
const offline = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1";

export default defineConfig({
  testDir: "e2e",
  outputDir: "../.tools/e2e",
  globalSetup: "./e2e/build.ts",
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  // What succeeds only the second time is reported as flaky, with a trace: something is waited for too little.
  retries: 1,
  // Machines may be many times slower than the one the tests were written on; what does not come fails all the same.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: "line",
  use: {
    timezoneId: "UTC",
    locale: "en-US",
    trace: "on-first-retry", // recording all would take a fifth of the time
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? installed,
      args: [offline, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
    },
  },
});
