import { expect, type Page } from "@playwright/test";
import { changeResponse, navLink } from "../actions";
import { heading, shop } from "../steps";
import type { View } from "./view";

export const failureViews: View[] = [
  {
    name: "page not found",
    async open(page) {
      await page.goto("/activity/nothing");
      await expect(heading(page, "Page not found")).toBeVisible();
    },
  },
  {
    name: "loading",
    async open(page) {
      await page.route("**/graphql", () => {}); // no answer ever
      await page.goto("/activity");
      await expect(page.getByRole("status").filter({ hasText: "Loading…" })).toBeVisible();
    },
  },
  {
    name: "failure",
    async open(page) {
      await respondWithErrors(page);
      await page.goto("/activity");
      await expect(page.getByRole("alert").getByText("Request id: ")).toBeVisible();
    },
  },
  {
    name: "page that has a fault",
    expectedErrors: [/Invalid time value/],
    async open(page) {
      await changeResponse(page, "Settings", ({ accounts }) => {
        accounts[0].connectedAt = "never";
      });
      await page.goto("/settings");
      await expect(heading(page, "Something went wrong")).toBeVisible();
    },
  },
  {
    name: "page whose script cannot be loaded",
    expectedErrors: [/net::ERR_FAILED|Failed to fetch dynamically/],
    async open(page) {
      await page.route("**/assets/apikeys-*.js", (route) => route.abort());
      await page.goto("/");
      await navLink(page, "API keys").click();
      await expect(heading(page, "Something went wrong")).toBeVisible();
    },
  },
  {
    name: "dialog whose script cannot be loaded",
    expectedErrors: [/net::ERR_FAILED|Failed to fetch dynamically/],
    async open(page) {
      await page.route("**/assets/DisconnectDialog-*.js", (route) => route.abort());
      await page.goto("/settings");
      await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
      await expect(page.getByRole("dialog", { name: "Something went wrong" })).toBeVisible();
    },
  },
  {
    name: "page without a server",
    expectedErrors: [/net::ERR_/],
    async open(page, program) {
      await page.goto("/");
      await expect(page.getByRole("region", { name: "Latest activity" }).getByRole("listitem")).toHaveCount(5);
      await program.stop();
      await navLink(page, "Activity").click();
      await expect(page.getByRole("alert")).toContainText("cannot be reached");
    },
  },
];

/** Replaces the page's operations by an invalid one. */
async function respondWithErrors(page: Page): Promise<void> {
  await page.route("**/graphql", (route) =>
    route.continue({
      headers: { ...route.request().headers(), accept: "application/json" },
      postData: JSON.stringify({ query: "{ nothing }" }),
    }),
  );
}
