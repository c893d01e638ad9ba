import type { Option } from "@fairlead/define";
import { describe, expect, test } from "vitest";
import { readOptions } from "./options.ts";

const own: readonly Option[] = [
  {
    key: "roots",
    flag: "--roots",
    env: "SHELF_ROOTS",
    description: "Folders.",
    type: "string",
    many: true,
    positional: true,
    kind: "directory",
  },
  {
    key: "token",
    flag: "--token",
    env: "SHELF_TOKEN",
    description: "A token.",
    type: "string",
    secret: true,
  },
  {
    key: "pin",
    flag: "--pin",
    env: "SHELF_PIN",
    description: "A number.",
    type: "integer",
    secret: true,
  },
  {
    key: "depth",
    flag: "--depth",
    env: "SHELF_DEPTH",
    description: "How deep.",
    type: "integer",
    minimum: 1,
    maximum: 9,
    default: 3,
  },
  {
    key: "tags",
    flag: "--tags",
    env: "SHELF_TAGS",
    description: "Tags.",
    type: "string",
    many: true,
  },
  { key: "fast", flag: "--fast", env: "SHELF_FAST", description: "Fast.", type: "boolean" },
];

interface World {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: readonly Option[];
}

function read(line: string, { env = {}, files = {}, options = own }: World = {}) {
  return readOptions(options, {
    argv: line.split(" ").filter((word) => word !== ""),
    env,
    readFile(path) {
      const content = files[path];
      if (content === undefined) throw new Error("ENOENT");
      return content;
    },
    kindOf: (path) =>
      path in files ? "file" : /^\/(dir|home)/.test(path) ? "directory" : undefined,
  });
}

const required = (key: string): readonly Option[] =>
  own.map((option) => (option.key === key ? { ...option, required: true } : option));

test("a flag wins over a variable, a variable over the file, the file over the default", () => {
  const files = { "/c.json": '{"depth":7}' };
  const env = { SHELF_DEPTH: "6" };
  const depth = (line: string, world?: World) => read(line, world).own["depth"];
  expect(depth("")).toBe(3);
  expect(depth("--config /c.json", { files })).toBe(7);
  expect(depth("", { files, env: { FAIRLEAD_CONFIG: "/c.json" } })).toBe(7);
  expect(depth("--config /c.json", { files, env })).toBe(6);
  expect(depth("--config /c.json --depth 5", { files, env })).toBe(5);
  expect(depth("--config=/c.json --depth=5", { files, env })).toBe(5);
  expect(depth("--depth 4 --depth 5")).toBe(5);
});

test("an option that is not given is absent, and an empty variable is not given", () => {
  const { own: values, problems } = read("", {
    env: { SHELF_TOKEN: "", SHELF_TOKEN_FILE: "", FAIRLEAD_CONFIG: "", SHELF_TAGS: "" },
  });
  expect(values).toEqual({ depth: 3 });
  expect(problems).toEqual([]);
});

test("a reference that the host did not resolve is not given, and said so", () => {
  const env = { SHELF_TOKEN: "${SHELF_TOKEN}", SHELF_DEPTH: "{env:SHELF_DEPTH}" };
  const { own: values, problems, warnings } = read("", { env });
  expect(values).toEqual({ depth: 3 });
  expect(problems).toEqual([]);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^SHELF_TOKEN holds the text \$\{SHELF_TOKEN\} and not a value.*Set SHELF/,
    ),
    expect.stringContaining("{env:SHELF_DEPTH}"),
  ]);
});

test("behind an unresolved reference the file that <VARIABLE>_FILE names still counts", () => {
  const files = { "/t": "s3cret" };
  const env = { SHELF_TOKEN: "$SHELF_TOKEN", SHELF_TOKEN_FILE: "/t" };
  expect(read("", { env, files }).own["token"]).toBe("s3cret");
  const unresolved = {
    SHELF_TOKEN_FILE: "${SHELF_TOKEN_FILE}",
    FAIRLEAD_CONFIG: "$FAIRLEAD_CONFIG",
  };
  const { own: values, problems, warnings } = read("", { env: unresolved });
  expect(values).toEqual({ depth: 3 });
  expect(problems).toEqual([]);
  expect(warnings).toHaveLength(2);
});

test("a required option whose variable holds a reference is missing", () => {
  const { problems, warnings } = read("", {
    options: required("token"),
    env: { SHELF_TOKEN: "${SHELF_TOKEN}" },
  });
  expect(problems).toEqual([expect.stringContaining("--token (SHELF_TOKEN) is required")]);
  expect(warnings).toHaveLength(1);
});

test("a flag is taken as it is written, and no variable is warned of behind it", () => {
  const { own: values, warnings } = read("--token=${SHELF_TOKEN}", {
    env: { SHELF_TOKEN: "${SHELF_TOKEN}" },
  });
  expect(values["token"]).toBe("${SHELF_TOKEN}");
  expect(warnings).toEqual([]);
});

describe("the command line", () => {
  test("takes nothing from the next word when the value follows an equals sign", () => {
    const given = read("--http=3000 --read-only --depth=4 --fast --tags=a,b /dir");
    expect(given.problems).toEqual([]);
    expect(given.common).toMatchObject({ http: "3000", readOnly: true });
    expect(given.own).toEqual({ depth: 4, fast: true, tags: ["a", "b"], roots: ["/dir"] });
  });

  test("does not take the next option for a value", () => {
    const { common, problems } = read("--token --read-only");
    expect(problems).toEqual(["--token needs a value."]);
    expect(common["readOnly"]).toBe(true);
    expect(read("--token=--x").own["token"]).toBe("--x");
    expect(read("--token").problems).toEqual(["--token needs a value."]);
    expect(read("--token -x").own["token"]).toBe("-x");
  });

  test("collects repeated flags and lists", () => {
    expect(read("--tags a,b --tags c --tags ,").own["tags"]).toEqual(["a", "b", "c"]);
    expect(read("", { env: { SHELF_TAGS: "a,b" } }).own["tags"]).toEqual(["a", "b"]);
    expect(read("--roots /dir,1").own["roots"]).toEqual(["/dir,1"]);
  });

  test("takes bare words for the positional option, as well as its flag", () => {
    expect(read("/dir1 /dir2").own["roots"]).toEqual(["/dir1", "/dir2"]);
    expect(read("--roots /dir1 /dir2").own["roots"]).toEqual(["/dir1", "/dir2"]);
    expect(read("-- /dir1").own["roots"]).toEqual(["/dir1"]);
    expect(read("/dir1", { env: { SHELF_ROOTS: "/dir2" } }).own["roots"]).toEqual(["/dir1"]);
  });

  test("takes one bare word for a positional option of one value", () => {
    const options = own.map((option) =>
      option.key === "roots" ? { ...option, many: false } : option,
    );
    expect(read("/dir1", { options }).own["roots"]).toBe("/dir1");
    expect(read("/dir1 /dir2", { options }).problems).toHaveLength(1);
  });

  test("sets a boolean with and without a value", () => {
    expect(read("--fast").own["fast"]).toBe(true);
    expect(read("--fast=false").own["fast"]).toBe(false);
    expect(read("--fast=yes").problems).toHaveLength(1);
    expect(read("", { env: { SHELF_FAST: "0" } }).own["fast"]).toBe(false);
    expect(read("", { env: { FAIRLEAD_READ_ONLY: "yes" } }).problems).toHaveLength(1);
  });

  test.for([
    ["--help", "help"],
    ["-h --nonsense", "help"],
    ["--version", "version"],
    ["-v", "version"],
    ["surface", "surface"],
    ["--fast", "serve"],
    ["-- surface", "serve"],
  ] as const)("%s means %s", ([line, command]) => {
    expect(read(line).command).toBe(command);
  });

  test.for(["--__proto__ x", "--constructor", "--toString=1", "--", "--Depth 3", "--depth3"])(
    "%s is not an option",
    (line) => {
      const { problems } = read(line);
      expect(problems).toHaveLength(line === "--" ? 0 : 1);
    },
  );
});

describe("a secret", () => {
  test("comes from a file that <VARIABLE>_FILE names, without its last line break", () => {
    const files = { "/run/secrets/t": "s3cret\n" };
    const env = { SHELF_TOKEN_FILE: "/run/secrets/t" };
    expect(read("", { env, files }).own["token"]).toBe("s3cret");
    expect(read("--token other", { env, files }).own["token"]).toBe("other");
    expect(read("", { env: { ...env, SHELF_TOKEN: "direct" }, files }).own["token"]).toBe("direct");
    expect(read("", { env }).problems).toEqual([
      "SHELF_TOKEN_FILE: /run/secrets/t cannot be read.",
    ]);
  });

  test("is the only kind of option that may", () => {
    const files = { "/depth": "9" };
    expect(read("", { env: { SHELF_DEPTH_FILE: "/depth" }, files }).own["depth"]).toBe(3);
  });

  test.for([
    ["--pin s3cret", {}],
    ["--pin=s3cret", {}],
    ["--tokne s3cret", {}],
    ["--tokne=s3cret", {}],
    ["--tokne s3cret --depth 99", {}],
    ["", { env: { SHELF_PIN: "s3cret" } }],
    ["", { env: { SHELF_PIN_FILE: "/pin" }, files: { "/pin": "s3cret" } }],
    ["--config /c.json", { files: { "/c.json": '{"pin":"s3cret","token":["s3cret"]}' } }],
    ["--config /c.json", { files: { "/c.json": '{"pin":"s3cret' } }],
  ] as const)("is in no problem: %s %j", ([line, world]) => {
    for (const options of [own, own.slice(1)]) {
      const { problems } = read(line, { ...world, options });
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.join("\n")).not.toContain("s3cret");
    }
  });
});

test("every problem is said at once, each with the flag and the variable", () => {
  const { problems } = read("--depth 99 --fast=maybe --nonsense --roots /missing --confirm sure", {
    options: required("token"),
    env: { FAIRLEAD_MAX_CALLS: "0" },
  });
  expect(problems).toEqual([
    "Unknown option --nonsense. See --help.",
    '--confirm (FAIRLEAD_CONFIRM) must be one of destroy, write, never, not "sure".',
    '--max-calls (FAIRLEAD_MAX_CALLS) must be at least 1, not "0".',
    '--roots (SHELF_ROOTS) must name an existing directory, not "/missing".',
    '--depth (SHELF_DEPTH) must be at most 9, not "99".',
    '--fast (SHELF_FAST) must be true or false, not "maybe".',
    "--token (SHELF_TOKEN) is required. A token.",
  ]);
});

test("a required list may not be empty", () => {
  const options = required("roots");
  expect(read("", { options }).problems).toEqual([expect.stringContaining("Give at least one")]);
  expect(read("/dir", { options }).problems).toEqual([]);
});

test("allowed directories /dir /missing: a warning, and /dir is served", () => {
  const given = read("/dir /missing", { options: required("roots") });
  expect(given.problems).toEqual([]);
  expect(given.own["roots"]).toEqual(["/dir"]);
  expect(given.warnings).toEqual([
    '--roots (SHELF_ROOTS) must name an existing directory, not "/missing". It is left out until the next start.',
  ]);
  expect(read("/missing", { options: required("roots") }).problems).not.toEqual([]);
});

test("a word without an option to take it is a problem", () => {
  const { problems } = read("word", { options: own.slice(1) });
  expect(problems).toEqual([expect.stringContaining("Unexpected")]);
});

test.for(["1e3", "0x3", "3.5", "", " ", "NaN", "Infinity", "-1", "three", "3 "])(
  "--depth=%s is refused or a number in range",
  (text) => {
    const given = readOptions(own, {
      argv: [`--depth=${text}`],
      env: {},
      readFile: () => "",
      kindOf: () => undefined,
    });
    const depth = given.own["depth"];
    if (given.problems.length === 0) expect([1, 2, 3, 4, 5, 6, 7, 8, 9]).toContain(depth);
    else expect(depth).toBeUndefined();
  },
);

describe("the config file", () => {
  const config = (content: string) => read("--config /c.json", { files: { "/c.json": content } });

  test("holds values by their keys, lists as lists", () => {
    const given = config('{"roots":["/dir1"],"tags":["a","b,c"],"fast":true,"readOnly":true}');
    expect(given.problems).toEqual([]);
    expect(given.own).toEqual({ roots: ["/dir1"], tags: ["a", "b", "c"], fast: true, depth: 3 });
    expect(given.common["readOnly"]).toBe(true);
  });

  test.for([
    ["", "is not JSON"],
    ["{", "is not JSON"],
    ["[]", "must hold a JSON object"],
    ['["roots"]', "must hold a JSON object"],
    ["null", "must hold a JSON object"],
    ["3", "must hold a JSON object"],
    ['{"dpeth":3}', 'there is no option "dpeth"'],
    ['{"__proto__":{"depth":1}}', 'there is no option "__proto__"'],
    ['{"depth":"deep"}', "must be a number"],
    ['{"depth":{}}', "must be a number"],
    ['{"tags":[1]}', "must be a string"],
    ['{"fast":"true!"}', "must be true or false"],
  ] as const)("%s: %s", ([content, problem]) => {
    expect(config(content).problems).toEqual([expect.stringContaining(problem)]);
  });

  test("that is missing is a problem", () => {
    expect(read("--config /c.json").problems).toContain("--config /c.json: cannot be read.");
  });

  test("may be named from the home folder", () => {
    const world = { env: { HOME: "/home/me" }, files: { "/home/me/c.json": '{"depth":8}' } };
    expect(read("--config ~/c.json", world).problems).toEqual([]);
    expect(read("--config ~/c.json", world).own["depth"]).toBe(8);
  });
});

test("~ is the home folder", () => {
  const env = { HOME: "/home/me" };
  expect(read("~/books ~", { env }).own["roots"]).toEqual(["/home/me/books", "/home/me"]);
  expect(read("~other", { env }).problems).toHaveLength(1);
});

test("a server's own command is the first word, and leaves the others where they were", () => {
  const sources = { env: {}, readFile: () => "", kindOf: () => "directory" as const };
  const read = (...argv: string[]) => readOptions(own, { ...sources, argv }, ["fill"]);
  expect(read("fill", "--depth", "4", "/a")).toMatchObject({
    command: "serve",
    ownCommand: "fill",
    own: { depth: 4, roots: ["/a"] },
  });
  expect(read("/a", "fill")).not.toHaveProperty("ownCommand");
  expect(read("/a", "fill").own["roots"]).toEqual(["/a", "fill"]);
});
