import { expect } from "vitest";
import { browserTest, type Visit, visit } from "../../test/support/browser.ts";

// The client rejects every answer that is longer than a host shows.
const wanted = { max_chars: 100_000 };

/** Reads a page to its end at the offsets that the answers name. */
async function walk(call: Visit["call"], name: string, args: object): Promise<readonly string[]> {
  const pages: string[] = [];
  for (let offset = 0; pages.length < 100; ) {
    const text = await call(name, { ...args, ...wanted, offset });
    const [notice = "", next] = /\n\[Cut: .* offset (\d+)[^\]]*\]$/.exec(text) ?? [];
    pages.push(text.slice(0, text.length - notice.length));
    if (next === undefined) return pages;
    offset = Number(next);
  }
  throw new Error(`${name} did not come to an end.`);
}

const chinese = Array.from({ length: 60_000 }, (_, index) =>
  String.fromCodePoint(0x4e00 + (index % 20_000)),
).join("");
const emoji = "🦊".repeat(30_000);
const shortLines = Array.from({ length: 3_000 }, (_, index) => `${index}`).join("\n");

for (const [what, text] of [
  ["60,000 Chinese characters", chinese],
  ["emoji", emoji],
  ["3,000 short lines", shortLines],
] as const) {
  browserTest(`get_text goes on through ${what} without losing one`, async () => {
    const { call, site } = await visit({
      "/": `<meta charset="utf-8"><pre id="long">${text}</pre>`,
    });
    await call("navigate", { url: site.origin });
    const plain = await walk(call, "get_text", { selector: "#long", format: "text" });
    expect(plain.length).toBeGreaterThan(1);
    expect(plain.join("") === text).toBe(true);
    const markdown = await walk(call, "get_text", {});
    expect(markdown.join("") === `\`\`\`\n${text}\n\`\`\``).toBe(true);
    expect(await call("get_text", { offset: 1_000_000 })).toMatch(
      /^\[The text has \d+ characters\.\]$/,
    );
  });
}

browserTest("a snapshot goes on through 800 elements, and a search stays whole", async () => {
  const name = (index: number) => `${"漢".repeat(40)} ${index}.`;
  const buttons = Array.from({ length: 800 }, (_, index) => `<button>${name(index)}</button>`);
  const { call, site } = await visit({ "/": `<meta charset="utf-8">${buttons.join("\n")}` });
  await call("navigate", { url: site.origin });
  const pages = await walk(call, "snapshot", {});
  expect(pages.length).toBeGreaterThan(1);
  const lines = pages.flatMap((page) => page.split("\n")).filter((line) => line.includes("button"));
  expect(lines).toHaveLength(800);
  for (const [index, line] of lines.entries()) expect(line).toContain(name(index));
  const end = await call("snapshot", { offset: 1_000_000 });
  expect(end).toMatch(/^\[The snapshot has \d+ lines\.\]$/);
  // Where the page comes along with an action, its rest is read in the same way.
  const report = await call("hover", { selector: "body", include_snapshot: true });
  const shown = report.slice(report.indexOf("- page")).split("\n");
  const offset = Number(/ offset (\d+)/.exec(shown.pop() ?? "")?.[1]);
  expect(shown).toHaveLength(offset);
  const all = pages.flatMap((page) => page.split("\n"));
  const [next] = (await call("snapshot", { offset })).split("\n");
  expect([...shown, next]).toEqual(all.slice(0, offset + 1));
  expect(await call("find", { text: "漢" })).toContain("more lines match");
});

browserTest("a search whose lines are long is told to its last line that fits", async () => {
  const links = Array.from(
    { length: 60 },
    (_, index) => `<a href="/${"x".repeat(190)}${index}">${"漢".repeat(400)}</a><br>`,
  );
  const { call, site } = await visit({ "/": `<meta charset="utf-8">${links.join("\n")}` });
  await call("navigate", { url: site.origin });
  const found = (await call("find", { text: "漢" })).split("\n");
  const shown = found.length - 1;
  expect(found.at(-1)).toMatch(/^\[\d+ more lines match\./);
  for (const line of found.slice(0, shown)) expect(line).toMatch(/\[e\d+\]$|"$/);
});
