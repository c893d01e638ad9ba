import { expect, test } from "vitest";
import { toHttpBlock } from "./clients.ts";
import { toReadmeBlocks } from "./readme.ts";
import { hostile, surface } from "./surface.fixture.ts";

const { connect, clients, options, tools } = toReadmeBlocks(surface);

test("connect shows one client, links those that can be linked and leads to the others", () => {
  expect(connect).toMatch(
    /^With Claude Code:\n\n```sh\nclaude mcp add shelf .*\n```\n\nReplace `\/path\/to\/directory` with your own\. Set /,
  );
  expect(connect).toContain(
    "Set SHELF_TOKEN (required) in the environment that Claude Code starts",
  );
  expect(connect).toContain("[Add it to Cursor][add-to-cursor] or [Add it to VS Code][add-to-vs-");
  expect(connect).toContain("(#other-clients)");
  expect(connect).not.toContain("<details>");
  for (const [, label] of connect.matchAll(/\]\[([\w-]+)\]/g)) {
    expect(clients).toMatch(new RegExp(`^\\[${label}\\]: https://\\S+$`, "m"));
  }
});

test("connect asks for nothing to be replaced where the command has no example in it", () => {
  const options = surface.options.map((option) =>
    option.key === "roots" ? { ...option, secret: true } : option,
  );
  const own = toReadmeBlocks({ ...surface, options }).connect;
  expect(own).toMatch(
    /^With Claude Code:\n\n```sh\nclaude mcp add shelf .*\n```\n\nSet SHELF_ROOTS /,
  );
});

test("clients shows the config of all, folded", () => {
  expect(clients.match(/<details>/g)).toHaveLength(10);
});

test("clients names the secrets once, and under each config what to do about them", () => {
  expect(clients).toContain("secrets that this server can use: `SHELF_TOKEN` (required).");
  expect(clients).toMatch(/```\n\nSet SHELF_TOKEN \(required\) in the environment that Cursor /);
  expect(clients).not.toContain("> <SHELF_TOKEN>");
});

test("the configs of a server that asks for a token name its variable", () => {
  const block = toHttpBlock("shelf", "https://example.com/mcp", "SHELF_BEARER");
  const parts = block.split("<details>").slice(1);
  expect(parts).toHaveLength(9);
  for (const part of parts) expect(part.split("```").at(-1)).toContain("SHELF_BEARER");
});

test("clients shows the container: hardened, with the directory under its own name, no secret", () => {
  expect(clients).toContain("docker build --build-arg SERVER=shelf --tag fairlead-shelf --file ");
  expect(clients).toContain(
    "docker run --rm -i --read-only --cap-drop=ALL --security-opt=no-new-privileges -v " +
      "/path/to/directory:/path/to/directory -e SHELF_TOKEN fairlead-shelf /path/to/directory\n",
  );
});

test("clients tells Docker's --read-only and the server's apart", () => {
  const [, container] = clients.split("<summary>Docker</summary>");
  expect(container).toMatch(
    /`--read-only` in this command is Docker's own flag.* after the name of /,
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

test("tools say their effect, what they cost and their first sentence, and unfold to the rest", () => {
  expect(tools).toMatch(/^2 tools in the default list, about \d+ tokens\./);
  expect(tools).toMatch(
    /<details><summary><code>find_book<\/code> \(read, \d+ tokens\): Finds a book, e\.g\. by title\.<\/summary>\n\nCall it before read_book\.\n\n- `title` \(string, required\): Words of the title\.\n/,
  );
  expect(tools).toMatch(/Puts a book on the shelf\.<\/summary>\n\nIt takes no parameters\./);
  expect(tools).toContain("Also answers to `add_book`.\n\n</details>");
  expect(tools).toMatch(
    /<code>clear_attic<\/code> \(read to destroy, \d+ tokens\): Empties .*\n\n- `confirm` \(boolean\): Set to true once /,
  );
  expect(tools.match(/`confirm`/g)).toHaveLength(1);
  expect(tools).toContain("**attic** (`attic`, off until asked for with `--toolsets`)");
});

test("a tool's line is HTML, where Markdown is not read and no word is markup", () => {
  const evil = toReadmeBlocks(hostile).tools;
  expect(evil).toContain("<code>&#60;/code&#62;&#60;script&#62;alert(4)&#60;/script&#62;</code>");
  expect(evil).not.toContain("<script");
});

test("an example stands under its tool, in a fence that its answer cannot end", () => {
  const example = {
    tool: "find_book",
    arguments: { title: "Emma" },
    answer: ["```", "<b>Emma</b>"],
  };
  const shown = toReadmeBlocks(surface, { examples: [example] }).tools;
  expect(shown).toContain(
    'Example arguments:\n\n```json\n{"title":"Emma"}\n```\n\nAnswer:\n\n````text\n```\n<b>Emma</b>\n````\n\n</details>',
  );
});

test("of very many tools the later ones do not unfold, and the block says where they are described", () => {
  const [books] = surface.toolsets;
  const [tool] = books?.tools ?? [];
  if (books === undefined || tool === undefined) throw new Error("The fixture has no tool.");
  const description = `Finds a book. ${"It looks behind every row. ".repeat(40)}`;
  const many = Array.from({ length: 60 }, (_, at) => ({
    ...tool,
    wire: { ...tool.wire, name: `find_${at}`, description },
  }));
  const block = toReadmeBlocks({ ...surface, toolsets: [{ ...books, tools: many }] }).tools;
  expect(block.length).toBeLessThan(45_000);
  expect(block).toContain("<code>find_0</code>");
  expect(block).toMatch(/\n- `find_59` \(read, \d+ tokens\): Finds a book\.\n/);
  expect(block).toContain("described in full in `surface.json`");
  expect(tools).not.toContain("surface.json");
});

test("a superseded tool is named apart", () => {
  expect(tools).not.toContain("<code>get_book");
  expect(tools).toContain("listed with `--legacy`: `get_book`.");
});

test("a package that is in no registry is started, and its image built, where it is", () => {
  const own = toReadmeBlocks(surface, { local: true });
  expect(own.connect).toContain("-- node /path/to/server-shelf/dist/main.cjs /path/to/directory");
  expect(own.connect).toContain(
    "Replace `/path/to/server-shelf/dist/main.cjs` and `/path/to/directory` with your own.",
  );
  expect(own.clients).toContain("npm run build && docker build --tag fairlead-shelf .");
  expect(own.clients).toContain("this takes the place of `node`");
  expect(own.connect + own.clients).not.toContain("npx");
});
