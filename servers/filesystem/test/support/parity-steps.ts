/** Where this server answers otherwise on purpose, and why. */
export const differences = {
  "ambiguous edit":
    "Safer: oldText that is empty or occurs several times is refused with the count; the reference changes the first place, which may be the wrong one.",
  "protected files":
    "Safer: nothing in .git is written, because git runs what it finds in its hooks and config.",
  "secret files":
    "Safer: .env, .ssh and the like are neither read nor written unless --deny says so.",
  arguments:
    "Safer: a misspelt argument or a negative line count is an error; the reference ignores it. Easier: a number or a list that a host sends as text is taken where the schema leaves no doubt; the reference refuses it.",
  "last lines and searches":
    "Reference bug: tail gives the last lines, where the reference counts what follows the last line end as one; a search for a path that is not there says how to search for a name.",
  "output budget":
    "Safer: text, trees and media stop at a limit and say how to go on; the reference floods the client. A tree is compact JSON after a line of words, as hosts cut long texts and Gemini CLI refuses a bare list.",
  "other files":
    "Safer: a file that no host can show is a link with words, and a sound has words next to it; the reference sends its bytes, which hosts drop or show as base64.",
  encodings:
    "Reference bug: BOM, UTF-16 and Latin-1 are read as what they are, and edits keep them and CRLF, and what is not UTF-8 is said; the reference shows replacement characters and writes them back.",
  links:
    "Reference bug: moving a link moves the link, get_file_info says where it leads, and nothing is told about files it leads out to; the reference moves the target away.",
  "foreign paths":
    "Safer: network paths of Windows are refused elsewhere too; the reference makes a file of that name.",
  "special files":
    "Reference bug: pipes, devices and sockets are refused at once; reading a pipe hangs the reference.",
  "client roots":
    "Safer: only the command line widens what is allowed; in the reference a client's roots replace it.",
} as const;

export interface Step {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The name of the difference this step shows. */
  readonly differs?: keyof typeof differences;
}

/** Files whose last line has no end, and what is not a file. */
const sameTails = ["/no-newline.txt", "/empty.txt", "/missing.txt", "/dir"];

/** Searches for one path that is not there. */
const advised = [
  ...["nothing-like-this", "#comment", ""].flatMap((name) => [`<T> ${name}`, `<T>/dir ${name}`]),
  ...["plain.txt", "brackets\\[1\\].txt"].map((name) => `<T>/dir ${name}`),
];

/** `<T>` stands for the server's own tree, `<S>` for the one both see. */
export const steps: readonly Step[] = [
  ...reads(),
  ...media(),
  ...lists(),
  ...searches(),
  ...writes(),
  ...edits(),
  ...moves(),
  ...refusals(),
  ...onPurpose(),
];

function differing(differs: keyof typeof differences, step: Step): Step {
  return { ...step, differs };
}

function one(tool: string, ...calls: readonly Step["args"][]): Step[] {
  return calls.map((args) => ({ tool, args }));
}

function reads(): Step[] {
  const files = [
    "plain.txt",
    "no-newline.txt",
    "empty.txt",
    "blank.txt",
    "crlf.txt",
    "many.txt",
    "long-line.txt",
    "unicode.txt",
    ".hidden",
    "name with spaces.txt",
    "brackets[1].txt",
    "Caf\u00e9.txt",
    "Cafe\u0301.txt",
    "data.bin",
    "link-file",
    "link-in/inner.txt",
    "dir/../plain.txt",
    "missing.txt",
    "dir",
  ].map((name) => `<T>/${name}`);
  return [
    ...files.flatMap((path) =>
      [
        ...one("read_text_file", { path }),
        ...one("read_file", { path, head: 2 }),
        ...[1, 2, 3, 100].flatMap((n) =>
          one("read_text_file", { path, head: n }, { path, tail: n }),
        ),
      ].map((step) => {
        if (path.endsWith(".bin")) return differing("encodings", step);
        const isBlank = path.endsWith("/blank.txt") && step.args["tail"] !== 100;
        const isSame = isBlank || sameTails.some((name) => path.endsWith(name));
        return "tail" in step.args && !isSame ? differing("last lines and searches", step) : step;
      }),
    ),
    ...one(
      "read_text_file",
      { path: "plain.txt" },
      { path: "./dir/inner.txt" },
      { path: "<T>/many.txt", head: 150 },
      { path: "<T>/many.txt", head: 1, tail: 1 },
      { path: "<T>/plain.txt", head: 0 },
      { path: "<T>/plain.txt", tail: 0, head: 1 },
      {},
    ),
    differing("last lines and searches", {
      tool: "read_text_file",
      args: { path: "<T>/many.txt", tail: 150 },
    }),
    differing("arguments", {
      tool: "read_text_file",
      args: { path: "<T>/plain.txt", head: "2" },
    }),
    ...one(
      "read_multiple_files",
      { paths: ["<T>/plain.txt"] },
      { paths: ["<T>/plain.txt", "<T>/crlf.txt", "<T>/empty.txt", "dir/inner.txt"] },
      { paths: ["<T>/missing.txt", "<T>/plain.txt"] },
      { paths: ["<T>/dir", "<T>/plain.txt"] },
      { paths: ["/etc/passwd", "<T>/plain.txt"] },
      { paths: [] },
    ),
  ];
}

function media(): Step[] {
  const files = ["sound.mp3", "drawing.svg", "data.bin", "plain.txt"];
  return [
    ...one("read_media_file", { path: "<T>/image.png" }, { path: "<T>/missing.png" }),
    ...files.flatMap((file) =>
      one("read_media_file", { path: `<T>/${file}` }).map((step) => differing("other files", step)),
    ),
  ];
}

function lists(): Step[] {
  const directories = [
    "",
    "/dir",
    "/dir/deep",
    "/empty-dir",
    "/link-in",
    "/big",
    "/plain.txt",
    "/no",
  ];
  return [
    ...directories.flatMap((name) => [
      ...one("list_directory", { path: `<T>${name}` }),
      ...(name === ""
        ? []
        : one(
            "list_directory_with_sizes",
            { path: `<T>${name}` },
            { path: `<T>${name}`, sortBy: "size" },
            { path: `<T>${name}`, sortBy: "name" },
          )),
      ...one("directory_tree", { path: `<T>${name}` }),
    ]),
    ...one("list_directory", { path: "." }, { path: "dir" }, { path: "" }),
    ...one("list_directory_with_sizes", { path: "<T>/dir", sortBy: "date" }),
    ...one(
      "directory_tree",
      { path: "<T>", excludePatterns: ["*.txt"] },
      { path: "<T>", excludePatterns: ["node_modules"] },
      { path: "<T>", excludePatterns: ["**/*.md", "deep"] },
      { path: "<T>", excludePatterns: ["dir/deep", ".config"] },
      { path: "<T>/dir", excludePatterns: ["**/deeper/**"] },
      { path: "dir", excludePatterns: ["inner.txt"] },
      { path: "<T>", excludePatterns: ["{dir,big}/**", "*.{png,mp3}"] },
    ),
    ...one(
      "get_file_info",
      ...["plain.txt", "dir", "script.sh", ""].map((name) => ({ path: `<S>/${name}` })),
    ),
    differing("links", { tool: "get_file_info", args: { path: "<S>/link-file" } }),
    ...one("get_file_info", { path: "<T>/missing" }, { path: "/etc/passwd" }),
    ...one("list_allowed_directories", {}),
  ];
}

function searches(): Step[] {
  const patterns = [
    "*.txt",
    "**/*.txt",
    "**/*",
    "*",
    "dir/**",
    "**/leaf.*",
    "**/*.{ts,md}",
    "**/deep*",
    "plain.txt",
    "nothing-like-this",
    "**/.config/**",
    "!*.txt",
    "#comment",
    "**/[a-c].txt",
    "**/@(inner|leaf).*",
    "brackets\\[1\\].txt",
    "?????.txt",
    "**",
    "",
  ];
  return [
    ...patterns.flatMap((pattern) =>
      ["<T>", "<T>/dir"].map((path): Step => {
        const step = { tool: "search_files", args: { path, pattern } };
        const isAdvised = advised.includes(`${path} ${pattern}`);
        return isAdvised ? differing("last lines and searches", step) : step;
      }),
    ),
    ...one(
      "search_files",
      { path: "<T>", pattern: "**/*", excludePatterns: ["dir"] },
      { path: "<T>", pattern: "**/*", excludePatterns: ["dir/**", "*.txt"] },
      { path: "<T>", pattern: "**/*", excludePatterns: ["**/node_modules/**", "**/.*"] },
      { path: "dir", pattern: "**/*.md" },
      { path: "<T>/link-in", pattern: "**/*" },
      { path: "<T>/plain.txt", pattern: "*" },
      { path: "<T>/missing", pattern: "*" },
    ),
  ];
}

function writes(): Step[] {
  return [
    ...one(
      "write_file",
      { path: "<T>/new.txt", content: "new\n" },
      { path: "<T>/new.txt", content: "newer\r\nlines\n" },
      { path: "<T>/plain.txt", content: "alpha\nbeta\ngamma\ndelta\n" },
      { path: "<T>/script.sh", content: "#!/bin/sh\necho changed\n" },
      { path: "relative.txt", content: "relative" },
      { path: "<T>/link-file", content: "through the link\n" },
      { path: "<T>/link-in/new-inside.txt", content: "inside\n" },
      { path: "<T>/link-dangling", content: "x" },
      { path: "<T>/no-such-dir/file.txt", content: "x" },
      { path: "<T>/dir", content: "x" },
      { path: "<T>/plain.txt/below", content: "x" },
      { path: "<T>/unicode-\u00e9.txt", content: "\u{1f600} \u00fc\n" },
      { path: "<T>/unicode-e\u0301.txt", content: "same file\n" },
      { path: "<T>/empty-new.txt", content: "" },
      { path: "<T>/nul\u0000.txt", content: "x" },
      { path: "<T>/no-content.txt" },
    ),
    ...one(
      "create_directory",
      { path: "<T>/made" },
      { path: "<T>/made" },
      { path: "<T>/made/a/b/c" },
      { path: "made/relative" },
      { path: "<T>/plain.txt" },
      { path: "<T>/plain.txt/below" },
      { path: "<T>/link-in/made" },
      { path: "<T>" },
    ),
    ...one("read_text_file", { path: "<T>/plain.txt" }, { path: "<T>/new.txt" }),
    ...one("list_directory", { path: "<T>/made" }, { path: "<T>" }),
  ];
}

function edits(): Step[] {
  const edit = (name: string, oldText: string, newText: string, more = {}): Step => ({
    tool: "edit_file",
    args: { path: `<T>/${name}`, edits: [{ oldText, newText }], ...more },
  });
  return [
    edit("plain.txt", "beta", "BETA", { dryRun: true }),
    edit("plain.txt", "BETA", "x"),
    edit("plain.txt", "beta", "BETA"),
    edit("plain.txt", "alpha\nBETA\n", "one\ntwo\nthree\n"),
    edit("dollar.txt", "PRICE", "$& $1 $$ $' $`"),
    edit("fence.txt", "code", "more ```` code"),
    edit("no-newline.txt", "beta", "beta2"),
    edit("unicode.txt", "世界", "world"),
    edit("many.txt", "line 150 ", "LINE 150 "),
    edit("many.txt", "line 10 xxxxxxxxx\nline 11 xxxxxxxxxx", ""),
    edit("code.ts", "const total = a + b;\nif (total > 10) {\n    return 10;\n}", "return a + b;"),
    edit("code.ts", "export function sum(a: number, b: number) {", "export const f = () => {"),
    edit("code.ts", "  return total;", "  return total * 2;\n  // done"),
    edit("dir/inner.txt", "inner", "inner"),
    edit("link-file", "through", "Through"),
    edit("missing.txt", "a", "b"),
    edit("dir", "a", "b"),
    edit("empty.txt", "a", "b"),
    edit("crlf.txt", "two", "TWO", { dryRun: true }),
    edit("crlf.txt", "one\ntwo", "one\n2", { dryRun: true }),
    {
      tool: "edit_file",
      args: {
        path: "<T>/many.txt",
        edits: [
          { oldText: "line 20 ", newText: "twenty " },
          { oldText: "twenty ", newText: "20 " },
          { oldText: "line 299 ", newText: "last but one " },
        ],
      },
    },
    {
      tool: "edit_file",
      args: {
        path: "<T>/plain.txt",
        edits: [
          { oldText: "one", newText: "1" },
          { oldText: "not there", newText: "2" },
        ],
      },
    },
    ...one("edit_file", { path: "<T>/plain.txt", edits: [] }, { path: "<T>/plain.txt" }),
    ...one("read_text_file", { path: "<T>/plain.txt" }),
    differing("last lines and searches", {
      tool: "read_text_file",
      args: { path: "<T>/many.txt", tail: 5 },
    }),
    ...one("read_text_file", { path: "<T>/code.ts" }, { path: "<T>/dollar.txt" }),
  ];
}

function moves(): Step[] {
  return [
    ...one(
      "move_file",
      { source: "<T>/new.txt", destination: "<T>/moved.txt" },
      { source: "<T>/moved.txt", destination: "<T>/plain.txt" },
      { source: "<T>/moved.txt", destination: "<T>/dir" },
      { source: "<T>/moved.txt", destination: "<T>/made/moved.txt" },
      { source: "<T>/made", destination: "<T>/made-2" },
      { source: "<T>/made-2", destination: "<T>/made-2/inside" },
      { source: "<T>/missing", destination: "<T>/other" },
      { source: "<T>/plain.txt", destination: "<T>/no-dir/plain.txt" },
      { source: "<T>/plain.txt", destination: "/tmp/outside.txt" },
      { source: "/etc/hostname", destination: "<T>/hostname" },
      { source: "<T>/plain.txt", destination: "<T>/link-dangling" },
      { source: "<T>/plain.txt", destination: "<T>/link-in" },
      { source: "relative.txt", destination: "dir/relative.txt" },
      { source: "<T>/made-2/moved.txt", destination: "<T>/Moved Again.txt" },
    ),
    ...one("directory_tree", { path: "<T>", excludePatterns: ["big"] }),
    ...one("search_files", { path: "<T>", pattern: "**/*moved*" }),
  ];
}

function refusals(): Step[] {
  const outside = [
    "/etc/passwd",
    "/",
    "<T>-evil/x",
    "<T>/../x",
    "<T>/differs-out",
    "../../etc/passwd",
    "~/x",
    "C:\\Windows",
    "<T>/a\u0000b",
    "/proc/self/environ",
    `<T>/${"n".repeat(300)}`,
    `<T>/${"d/".repeat(3000)}x`,
  ];
  return outside.flatMap((path) => [
    ...one("read_text_file", { path }),
    ...one("read_media_file", { path }),
    ...one("write_file", { path, content: "x" }),
    ...one("list_directory", { path }),
    ...one("directory_tree", { path }),
    ...one("get_file_info", { path }),
    ...one("edit_file", { path, edits: [{ oldText: "a", newText: "b" }] }),
    ...one("search_files", { path, pattern: "*" }),
  ]);
}

function onPurpose(): Step[] {
  const step = (differs: keyof typeof differences, tool: string, args: Step["args"]): Step => ({
    tool,
    args,
    differs,
  });
  const repeated = { path: "<T>/differs-repeated.txt" };
  return [
    step("ambiguous edit", "edit_file", {
      ...repeated,
      edits: [{ oldText: "same", newText: "x" }],
    }),
    step("ambiguous edit", "edit_file", { ...repeated, edits: [{ oldText: "", newText: "x" }] }),
    step("protected files", "write_file", { path: "<T>/differs/.git/config", content: "[x]\n" }),
    step("protected files", "create_directory", { path: "<T>/differs/.git/hooks" }),
    step("secret files", "read_text_file", { path: "<T>/differs/.env" }),
    step("secret files", "write_file", { path: "<T>/differs/.env", content: "A=2\n" }),
    step("arguments", "read_text_file", { path: "<T>/crlf.txt", lines: 2 }),
    step("arguments", "read_text_file", { path: "<T>/crlf.txt", head: -1 }),
    step("output budget", "read_text_file", { path: "<T>/differs-long.txt" }),
    step("output budget", "read_media_file", { path: "<T>/differs-large.png" }),
    step("encodings", "read_text_file", { path: "<T>/differs-bom.txt" }),
    step("encodings", "read_text_file", { path: "<T>/differs-latin.txt" }),
    step("links", "list_directory_with_sizes", { path: "<T>" }),
    step("links", "move_file", { source: "<T>/differs-out", destination: "<T>/differs-out-2" }),
    step("foreign paths", "write_file", { path: "\\\\server\\share\\differs", content: "x" }),
  ];
}
