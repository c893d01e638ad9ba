import { expect } from "vitest";
import { browserTest, visit } from "../../test/support/browser.ts";

browserTest("what cannot be done is said in words, whatever it is", async () => {
  const { call, refused, site } = await visit({
    "/": `<input id=held readonly value=old><input id=off disabled><input id=day type=date><svg id=svg></svg>`,
    "/locked": (_, to) => void to.writeHead(401, { "www-authenticate": "Basic" }).end(),
  });
  expect(await refused("back_forward", { action: "back" })).toContain("no page to go to");
  expect(await refused("navigate", { url: `${site.origin}/locked` })).toContain("a password");
  await call("navigate", { url: site.origin });
  const fill = (selector: string) => refused("fill", { selector, value: "new" });
  expect(await fill("#held")).toContain("disabled or read-only");
  expect(await fill("#off")).toContain("disabled or read-only");
  expect(await fill("#day")).toContain("does not take this value");
  expect(await refused("press_key", { key: "a", selector: "#svg" })).toContain("takes no keys");
  expect(await refused("emulate", { user_agent: "a\r\nX: y" })).toContain("not a valid user agent");
  expect(await refused("wait_for", { selector: "##" })).toContain("not valid CSS");
  for (const script of ["throw null", "throw 'x'", "Promise.reject(3)", "throw {}"]) {
    expect(await refused("evaluate", { script })).toContain("The script failed");
  }
});

browserTest("an expression that would never end is ended", async () => {
  const { call, refused, site } = await visit({ "/": `<p>${"a".repeat(60)}!</p>` });
  await call("navigate", { url: site.origin });
  expect(await refused("find", { regex: "(a+)+$" })).toContain("cannot be used");
  expect(await refused("find", { regex: "(" })).toContain("cannot be used");
});
