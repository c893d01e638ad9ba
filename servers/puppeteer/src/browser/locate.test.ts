import { execPath } from "node:process";
import { expect, test } from "vitest";
import { assertBrowser } from "./locate.ts";

test("a server without a browser is not ready, and one that has a program to run is", async () => {
  await assertBrowser(execPath);
  await expect(assertBrowser("/no/such/browser")).rejects.toThrow("no browser at /no/such/browser");
});
