import config from "../playwright.config";

export default { ...config, testDir: ".", globalSetup: "../e2e/build.ts", outputDir: "../../.tools/pictures/traces" };
