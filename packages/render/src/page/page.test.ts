import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { hostile, surface } from "../surface.fixture.ts";
import { toPage } from "./page.ts";
import { pagePolicy, pageScript, pageStyle } from "./page-assets.ts";

const baseUrl = "http://127.0.0.1:3333";
const page = toPage([{ surface, path: "/shelf/mcp", baseUrl }]);

test("shows each server with its address, its tools and every client", () => {
  expect(page).toContain('<code id="server-shelf-url">http://127.0.0.1:3333/shelf/mcp</code>');
  for (const text of ["Shelf", "find_book", "put_book", "clear_attic", "read to destroy"]) {
    expect(page).toContain(text);
  }
  for (const client of ["Claude Desktop", "Claude Code", "Cursor", "VS Code", "Zed", "Codex"]) {
    expect(page).toContain(`<summary>${client}</summary>`);
  }
  expect(page).not.toContain("get_book");
});

test("lets no text of a surface become markup", () => {
  const risky = toPage([{ surface: hostile, path: "/x/mcp", baseUrl }]);
  const safe = toPage([{ surface: { ...surface, websiteUrl: "" }, path: "/x/mcp", baseUrl }]);
  expect(risky.match(/<script/g)).toHaveLength(1);
  expect(risky).not.toMatch(/<img/);
  expect(attributes(risky)).toEqual(attributes(safe));
  expect(risky).not.toMatch(/href="javascript:/);
});

test("loads nothing from anywhere", () => {
  expect(page).not.toMatch(/\ssrc=|@import|url\(|<link|<iframe/);
});

test("several servers are listed first, each with a way to it", () => {
  const second = { ...surface, name: "attic", title: "Attic" };
  const both = toPage([
    { surface, path: "/shelf/mcp", baseUrl },
    { surface: second, path: "/attic/mcp", baseUrl },
  ]);
  for (const name of ["shelf", "attic"]) {
    expect(both).toContain(`href="#server-${name}"`);
    expect(both).toContain(`<h2 id="server-${name}">`);
  }
  expect(page).not.toContain("<nav");
});

test("says what a person should know before the first call", () => {
  const note = "The first call takes <a few> seconds.";
  expect(page).not.toContain("first call");
  expect(toPage([{ surface, path: "/shelf/mcp", baseUrl, note }])).toContain(
    '<p class="note">The first call takes &#60;a few&#62; seconds.</p>',
  );
});

test("says how it stands when nothing is served", () => {
  expect(toPage([])).toContain("No MCP server is being served.");
});

test("the policy lets the page's own style and script through, and no other", () => {
  expect(pagePolicy).toContain(`style-src '${hash(pageStyle)}'`);
  expect(pagePolicy).toContain(`script-src '${hash(pageScript)}'`);
  expect(page).toContain(`<style>${pageStyle}</style>`);
  expect(page).toContain(`<script>${pageScript}</script>`);
});

test("every label and copy button points at something on the page", () => {
  const ids = new Set([...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
  const uses = [...page.matchAll(/(?:aria-labelledby|data-copy)="([^"]+)"/g)];
  expect(uses.length).toBeGreaterThan(8);
  for (const [, id] of uses) expect(ids).toContain(id);
});

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** Every `tag attribute` pair of a page: no value escapes its quotes if these stay the same. */
function attributes(markup: string): string[] {
  const outside = markup.replace(/<(script|style)>[\s\S]*?<\/\1>/g, "").replace(/"[^"]*"/g, "");
  const found = [...outside.matchAll(/<([a-z][a-z0-9]*)([^>]*)>/g)].flatMap(([, tag, rest = ""]) =>
    ["", ...rest.split(/\s+/).filter(Boolean)].map((attribute) => `${tag} ${attribute}`),
  );
  return [...new Set(found)].sort();
}
