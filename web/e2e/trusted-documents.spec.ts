import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, disconnect } from "./actions";
import { expect, test } from "./fixtures";
import { settingRow, startEditing } from "./steps";

// An operator's list names a partner's documents; the admin's own are trusted beside them.

const query = "{ store { id } }";
const list = join(mkdtempSync(join(tmpdir(), "trusted-")), "documents.json");
writeFileSync(
  list,
  JSON.stringify({ "sha256:bb884bb0781790b547e52fb10e5bf18b6842bd8af635b3f1807e737f7f0489be": query }),
);

test.use({ env: { TRUSTED_DOCUMENTS: list } });

test("the admin works where only listed documents are answered", async ({ page, program }) => {
  await page.goto("/settings");
  const row = await startEditing(page, "inventory.percent");
  await row.getByRole("textbox").fill("70");
  await row.getByRole("button", { name: "Save" }).click();
  await expect(settingRow(page, "inventory.percent")).toContainText("70");
  await disconnect(page);
  await connect(page, "USLCDEMO2");
  await page.goto("/activity");
  await expect(page.getByRole("main")).toContainText("Disconnected");

  const post = (body: object) => page.request.post(`${program.url}/graphql`, { data: body });
  expect((await post({ query })).status()).toBe(200);
  expect((await post({ query: "{ store { name } }" })).status()).toBe(403);
});
