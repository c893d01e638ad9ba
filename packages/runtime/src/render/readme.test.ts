import { expect, test } from "vitest";
import { toHttpBlock, toReadmeBlocks } from "./readme.ts";
import { surface } from "./surface.fixture.ts";

const { install, options, tools } = toReadmeBlocks(surface);

test("install links the clients that can be linked and shows the config of all", () => {
  expect(install).toMatch(/^Add it to \[Cursor\]\(https:[^)]+\) or \[VS Code\]\(https:[^)]+\)/);
  expect(install.match(/<details>/g)).toHaveLength(10);
  expect(install).toContain("Replace the values");
});

test("install names the secrets once, and under each config what to do about them", () => {
  expect(install).toContain("secrets that this server can use: `SHELF_TOKEN` (required).");
  expect(install).toMatch(/```\n\nSet SHELF_TOKEN \(required\) in the environment that Cursor /);
  expect(install).not.toContain("> <SHELF_TOKEN>");
});

test("the configs of a server that asks for a token name its variable", () => {
  const block = toHttpBlock("shelf", "https://example.com/mcp", "SHELF_BEARER");
  const parts = block.split("<details>").slice(1);
  expect(parts).toHaveLength(9);
  for (const part of parts) expect(part.split("```").at(-1)).toContain("SHELF_BEARER");
});

test("install shows the container: hardened, with the directory under its own name, no secret", () => {
  expect(install).toContain("docker build --build-arg SERVER=shelf --tag fairlead-shelf --file ");
  expect(install).toContain(
    "docker run --rm -i --read-only --cap-drop=ALL --security-opt=no-new-privileges -v " +
      "/path/to/directory:/path/to/directory -e SHELF_TOKEN fairlead-shelf /path/to/directory\n",
  );
});

test("options say flag, variable, meaning and bounds, own ones first", () => {
  expect(options).toContain("| `DIR` | `SHELF_ROOTS` | Directories the books are in. (required, ");
  expect(options).toContain("| `--depth N` | `SHELF_DEPTH` | Rows to look behind. (at least 1, ");
  expect(options.indexOf("SHELF_DEPTH")).toBeLessThan(options.indexOf("FAIRLEAD_READ_ONLY"));
});

test("a list says how it is given, in flag and default", () => {
  expect(options).toContain("Rows to leave out. (comma-separated, default top, bottom) |");
});

test("a table cell breaks neither its column nor the page", () => {
  expect(options).toContain("`--order title\\|author`");
  expect(options).toContain("Order of the books: a\\|b, `<title>` or &lt;author>.");
});

test("tools say their effect, their first sentence and what they cost", () => {
  expect(tools).toMatch(/^2 tools in the default list, about \d+ tokens\./);
  expect(tools).toMatch(/\| `find_book` \| read \| Finds a book, e\.g\. by title\. \| \d+ \|/);
  expect(tools).toContain(
    "| `put_book` | write | Puts a book on the shelf. Also answers to `add_book`.",
  );
  expect(tools).toContain(
    "| `clear_attic` | read to destroy | Empties \\*\\*the attic\\*\\* \\| for good. |",
  );
  expect(tools).toContain("**attic** (`attic`, off until asked for with `--toolsets`)");
});

test("a superseded tool is named apart", () => {
  expect(tools).not.toContain("| `get_book`");
  expect(tools).toContain("listed with `--legacy`: `get_book`.");
});

test("a package that is in no registry is started, and its image built, where it is", () => {
  const own = toReadmeBlocks(surface, { local: true }).install;
  expect(own).toContain("-- node /path/to/server-shelf/dist/main.js /path/to/directory");
  expect(own).toContain("npm run build && docker build --tag fairlead-shelf .");
  expect(own).toContain("this takes the place of `node`");
  expect(own).not.toContain("npx");
});
