import { expect } from "vitest";
import { browserTest, visit } from "../../test/support/browser.ts";

browserTest("a value that JSON has no form for is told all the same", async () => {
  const { call, site } = await visit({ "/": "" });
  await call("navigate", { url: site.origin });
  expect(await call("evaluate", { script: "10n" })).toContain('result:\n"10n"');
  expect(await call("evaluate", { script: "[NaN, Infinity]" })).toContain("null,\n  null");
});
