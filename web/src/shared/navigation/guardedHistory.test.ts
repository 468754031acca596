import { UNSAFE_createMemoryHistory as createMemoryHistory } from "react-router";
import { expect, test } from "vitest";
import { type BrowserHistory, guardedHistory, type HeldNavigation } from "./guardedHistory";

/** A history at the second of two addresses, and what was held and heard of it. */
function visited() {
  const memory = createMemoryHistory({ initialEntries: ["/", "/settings"], initialIndex: 1, v5Compat: true });
  const history = guardedHistory(memory as unknown as BrowserHistory);
  const held: HeldNavigation[] = [];
  const heard: string[] = [];
  history.listen(({ location }) => heard.push(location.pathname));
  const end = history.guard(
    (pathname) => !pathname.startsWith("/settings"),
    (navigation) => held.push(navigation),
  );
  return { history, memory, held, heard, end };
}

for (const [name, leave] of [
  ["a link", ({ push }) => push("/activity?who=PARTNER")],
  ["a link in place of the address", ({ replace }) => replace({ pathname: "/activity", search: "", hash: "" })],
] as [string, (history: BrowserHistory) => void][])
  test(`${name} is held, and followed when it may be`, () => {
    const { history, held, heard } = visited();
    leave(history);
    expect(history.location.pathname).toBe("/settings");
    expect(held.map(({ location }) => location.pathname)).toEqual(["/activity"]);
    held[0]?.proceed();
    expect(history.location.pathname).toBe("/activity");
    expect(heard).toEqual(["/activity"]);
  });

test("going back is undone while it is held, and nobody hears of it", async () => {
  const { history, held, heard } = visited();
  history.go(-1);
  expect(history.location.pathname).toBe("/settings");
  expect(held.map(({ location }) => location.pathname)).toEqual(["/"]);
  expect(heard).toEqual([]);
  held[0]?.proceed();
  await Promise.resolve();
  expect(history.location.pathname).toBe("/");
  expect(heard).toEqual(["/"]);
});

test("who may go back at once goes when the browser has returned", async () => {
  const { history, memory, held, heard } = visited();
  const ways: number[] = [];
  const go = memory.go;
  memory.go = (delta) => ways.push(delta); // later, as a browser does
  const arrive = () => go(ways.at(-1) ?? 0);
  go(-1);
  held[0]?.proceed();
  await Promise.resolve();
  expect(ways).toEqual([1]);
  arrive();
  await Promise.resolve();
  await Promise.resolve();
  expect(ways).toEqual([1, -1]);
  arrive();
  expect(history.location.pathname).toBe("/");
  expect(heard).toEqual(["/"]);
});

test("what loses nothing is not held, nor is anything when nobody asks any more", () => {
  const { history, held, heard, end } = visited();
  history.push("/settings/connect");
  history.go(-1);
  end();
  history.push("/activity");
  expect(held).toEqual([]);
  expect(heard).toEqual(["/settings/connect", "/settings", "/activity"]);
});
