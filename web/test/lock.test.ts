import lock from "../package-lock.json?raw";
import { expect, test } from "vitest";

test("the lock file names no host: npm asks the registry that it is told", () => {
  expect(lock).not.toMatch(/https?:|"resolved"/);
});
