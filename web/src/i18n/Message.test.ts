import { createElement, type ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Message } from "./Message";

const shown = (element: ReactNode) => renderToStaticMarkup(element);

test("the words in angle brackets are an element's, and placeholders in them are filled", () => {
  const code = (words: ReactNode) => createElement("code", null, words);
  const message = createElement(Message<"ui.requestId">, {
    id: "ui.requestId",
    values: { id: "7" },
    elements: { code },
  });
  expect(shown(message)).toBe("Request id: <code>7</code>");
});

test("elements stand for placeholders", () => {
  const at = createElement("time", null, "9:00");
  const message = createElement(Message<"disconnect.asOf">, { id: "disconnect.asOf", values: { at } });
  expect(shown(message)).toBe("As of <time>9:00</time>.");
});

test("what stands for a placeholder is no markup and no placeholder, whatever it says", () => {
  const values = { externalId: "<code>1</code>", region: "{at}", at: "now" };
  const code = () => createElement("b");
  const message = createElement(Message<"overview.facts">, { id: "overview.facts", values, elements: { code } });
  expect(shown(message)).toBe("&lt;code&gt;1&lt;/code&gt; · {at} · connected since now");
});
