import { expect, test } from "vitest";
import type { PreviewFragment } from "../../gql/graphql";
import { whereExceptions } from "./exceptionCount";

function where(changes: string[], exceptions: string[], count = exceptions.length) {
  const some = (keys: string[]) => keys.map((key) => ({ key }));
  const warnings = [{ code: "CANNOT_BE_RESTORED", message: "", count }];
  return whereExceptions({
    changes: some(changes),
    exceptions: some(exceptions),
    warnings,
  } as unknown as PreviewFragment);
}

test("what cannot be put back is of the settings that are counted, of others, or of both", () => {
  expect(where(["a", "b"], ["a", "a"])).toBe("inThese");
  expect(where(["a"], ["b"])).toBe("inOthers");
  expect(where(["a"], ["a", "b"])).toBe("anywhere");
});

test("of exceptions that are not listed nobody can say", () => {
  expect(where(["a"], ["a"], 300)).toBe("anywhere");
  expect(where(["a"], ["b"], 300)).toBe("anywhere");
});
