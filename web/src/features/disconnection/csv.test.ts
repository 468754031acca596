import { expect, test } from "vitest";
import type { HandoffItemFragment } from "../../gql/graphql";
import { toCSV } from "./csv";

const item: HandoffItemFragment = {
  id: "handoff_1",
  task: "FULFILLMENT",
  orderId: "576460000000000001",
  state: "AWAITING_SHIPMENT",
  dueAt: "2026-03-02T09:00:00Z",
  url: "https://seller-us.tiktok.com/order/detail?order_no=576460000000000001&shop_region=US",
  acknowledgedAt: null,
  acknowledgedBy: null,
};

test("a line for each item below a header, in the words of the page", () => {
  expect(toCSV([item])).toBe(
    "\ufeffTask,Order,State,Deadline,Seller Center,Taken over at,Taken over by\r\n" +
      `Ship,"\t576460000000000001",Awaiting shipment,2026-03-02T09:00:00Z,${item.url},,\r\n`,
  );
  expect(toCSV(Array(10_000).fill(item)).split("\r\n")).toHaveLength(10_002);
});

test("names are texts, whatever they begin with", () => {
  const by = (name: string) =>
    toCSV([{ ...item, acknowledgedAt: "2026-03-02T10:00:00Z", acknowledgedBy: { kind: "PARTNER", name } }])
      .split(",2026-03-02T10:00:00Z,")[1]
      ?.replace("\r\n", "");
  expect(by('Rithum, "EU"')).toBe('"Rithum, ""EU"""');
  expect(by("=1+1")).toBe("'=1+1");
  expect(by("a\nb")).toBe('"a\nb"');
});
