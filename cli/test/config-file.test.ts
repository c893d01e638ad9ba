import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commonOptions } from "@fairlead/define/start";
import { Ajv } from "ajv";
import { expect, onTestFinished, test } from "vitest";
import { readConfigWords } from "../src/config/command.ts";
import { readConfig } from "../src/config/config.ts";
import { findNearest } from "../src/config/nearest.ts";
import { readLocated, YamlError } from "../src/config/yaml.ts";

const cli = fileURLToPath(new URL("..", import.meta.url));
const canary = "canary-of-the-secret";

/** Reads a file with this text, with files of these names next to it. */
function read(
  text: string,
  {
    env = {},
    argv = [],
    files = {},
  }: {
    readonly env?: Record<string, string>;
    readonly argv?: readonly string[];
    readonly files?: Readonly<Record<string, string>>;
  } = {},
) {
  const texts: Readonly<Record<string, string>> = { "servers.yaml": text, ...files };
  return readConfig("servers.yaml", {
    ...{
      argv,
      env,
      kindOf: (path) => (path in texts ? "file" : path === "." ? "directory" : undefined),
    },
    readFile(path) {
      const found = texts[path];
      if (found === undefined) throw new Error("ENOENT");
      return found;
    },
  });
}

async function problemsOf(...given: Parameters<typeof read>): Promise<readonly string[]> {
  const config = await read(...given);
  return "problems" in config ? config.problems : [];
}

async function accept(...given: Parameters<typeof read>) {
  const config = await read(...given);
  if ("problems" in config) throw new Error(config.problems.join("\n"));
  return config;
}

const files = "servers:\n  - server: filesystem\n    directories: [.]\n";

test("tells all problems at once, each on its line, and no secret", async () => {
  const text = `http: 0.0.0.0:3000
confirm: maybe
toolset: all
redisUrl: redis://${canary}@redis
maxCalls:
servers:
  - server: git
    repositry: [.]
    readOnly: sure
    policyFile: absent.yaml
  - server: filesytem
  - server: filesystem
    name: Bad Name
  - server: filesystem
    directories: [.]
    toolsets: [nope]
    maxCalls: 3
  - server: filesystem
    directories: [.]
  - name: third
  - server: slack
    name: other
    path: /filesystem/../mcp
    botToken: ${canary}
`;
  const found = await problemsOf(text);
  const lines = found.map((problem) => /^servers\.yaml:(\d+): (.*)$/s.exec(problem)?.slice(1));
  const expected: readonly (readonly [number, string])[] = [
    [1, "anybody who can reach this address could call the tools. Give tokenFile or oauthIssuer"],
    [2, 'confirm (FAIRLEAD_CONFIRM) must be one of destroy, write, never, not "maybe".'],
    [3, 'there is no option "toolset". Did you mean toolsets?'],
    [4, "redisUrl is a secret, so it is not written into this file."],
    [5, "maxCalls has no value."],
    [7, "git: Give at least one directory: as an argument, with repository, or in GIT_REPOSITORY."],
    [8, 'git: there is no option "repositry". Did you mean repository?'],
    [9, 'git: readOnly (FAIRLEAD_READ_ONLY) must be true or false, not "sure".'],
    [10, "git: policyFile (FAIRLEAD_POLICY_FILE) must name an existing file"],
    [11, "Did you mean filesystem?"],
    [13, 'name must have lower-case letters, digits, - and _, not "Bad Name".'],
    [16, 'filesystem: toolsets: there is no "nope".'],
    [17, "filesystem: maxCalls holds for all servers. Move it to the top of the file."],
    [18, "two servers have the name filesystem."],
    [20, "server is missing"],
    [23, 'path must be the path of a URL, such as /git/mcp, not "/filesystem/../mcp".'],
  ];
  for (const [line, said] of expected) {
    const there = lines.some((each) => Number(each?.[0]) === line && each?.[1]?.includes(said));
    expect(there, `${line}: ${said}\n${found.join("\n")}`).toBe(true);
  }
  expect(found.join("\n")).not.toContain(canary);
  expect(found.join("\n")).not.toContain("--");
});

test.for([
  ["a: [1\nb: 2", /^servers\.yaml:2: It is not YAML: /],
  ["- a", /^servers\.yaml:1: It must have keys/],
  ["http: 1\nservers: git", /^servers\.yaml:2: servers must be a list of servers/],
  ["http: 1\nservers: []", /^servers\.yaml:2: servers must be a list of servers/],
  [`${files}`, /^servers\.yaml:1: http is missing/],
  [`http: lots\n${files}`, /^servers\.yaml:1: http must be \[host:\]port, not "lots"/],
  [`http: 1\nmetrics: 1\n${files}`, /^servers\.yaml:2: metrics needs a port of its own/],
  [
    `http: 1\nstateKeys: [{ env: SHORT }]\n${files}`,
    /^servers\.yaml:2: stateKeys .* 32 characters/,
  ],
  [
    `http: 1\nredisUrl: { env: NONE }\n${files}`,
    /:2: redisUrl needs the environment variable NONE/,
  ],
  [`http: 1\nredisUrl: { file: none }\n${files}`, /:2: redisUrl needs the file none/],
  [`http: 1\nredisUrl: { from: none }\n${files}`, /:2: redisUrl must be a value, or \{env: NAME\}/],
  [`http: 1\npublicUrl: mcp\n${files}`, /:2: publicUrl must be a URL such as/],
  [`http: 1\noauthAudience: [a]\n${files}`, /:2: oauthAudience is different for each server/],
  ["http: 1\nservers: [{ server: ./none }]", /:2: server "\.\/none": It cannot be found/],
  ["http: 1\nservers: [{ server: js-yaml }]", /:2: server "js-yaml": It does not export a server/],
] as const)("%j is refused", async ([text, problem]) => {
  const found = await problemsOf(text, {
    env: { SHORT: canary },
  });
  expect(found[0]).toMatch(problem);
  expect(found.join("\n")).not.toContain(canary);
});

test("the files that it names are read, and what is wrong in them is told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-named-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "named");
  writeFileSync(path, "rules: 1\n");
  const text = `http: 1\npolicyFile: ${path}\ntokenFile: ${path}\n${files}`;
  expect(await problemsOf(text, { files: { [path]: "" } })).toEqual([
    expect.stringMatching(/^servers\.yaml:2: policyFile \S+: rules: expected a list of rules/),
    expect.stringMatching(/^servers\.yaml:3: tokenFile \S+: line 1 is not of the form/),
  ]);
});

test("no audience is that of two servers, or a token for one would open the other", async () => {
  const entry = (name: string, more: string) =>
    `  - { server: filesystem, name: ${name}, directories: [.], ${more} }\n`;
  const top = "http: 1\npublicUrl: https://mcp.example.com\noauthIssuer: [https://id.example]\n";
  const both = `${top}servers:\n${entry("a", "oauthAudience: [x, y]")}${entry("b", "oauthAudience: [y]")}`;
  expect(await problemsOf(both)).toEqual([
    expect.stringMatching(
      /^servers\.yaml:6: b: oauthAudience: the server a accepts tokens for "y"/,
    ),
  ]);
  const variable = { env: { FAIRLEAD_OAUTH_AUDIENCE: "x" } };
  const own = `${top}servers:\n${entry("a", "")}${entry("b", "")}`;
  expect(await problemsOf(own, variable)).toHaveLength(1);
  const { hosted } = await accept(own);
  expect(hosted.map(({ settings }) => settings.common["oauthResource"])).toEqual([
    "https://mcp.example.com/a/mcp",
    "https://mcp.example.com/b/mcp",
  ]);
});

test("an entry wins over variables, flags and variables over the top, and each keeps its own", async () => {
  const text = `http: 3000
maxOutputChars: 100
toolsets: [read]
redisPrefix: acme
servers:
  - { server: filesystem, name: a, directories: [.], confirm: never }
  - { server: filesystem, name: b, maxOutputChars: 300 }
`;
  const { hosted, http, common } = await accept(text, {
    argv: ["--http", "4000"],
    env: {
      ...{ FAIRLEAD_CONFIRM: "write", FAIRLEAD_MAX_OUTPUT_CHARS: "200" },
      ...{ FAIRLEAD_CONFIG: "another.json", FILESYSTEM_DIRECTORIES: "." },
    },
  });
  expect(http).toEqual({ host: "127.0.0.1", port: 4000 });
  expect(common["redisPrefix"]).toBe("acme");
  const of = (key: string) => hosted.map(({ settings }) => settings.common[key]);
  expect(of("confirm")).toEqual(["never", "write"]);
  expect(of("maxOutputChars")).toEqual([200, 300]);
  expect(of("toolsets")).toEqual([["read"], ["read"]]);
  expect(of("redisPrefix")).toEqual(["acme:a", "acme:b"]);
  expect(hosted.map(({ settings }) => settings.own["directories"])).toEqual([["."], ["."]]);
  // By which cursors and states of one are none of the other.
  expect(hosted.map(({ server, surface }) => [server.name, surface.name])).toEqual([
    ["a", "a"],
    ["b", "b"],
  ]);
});

test("what belongs to one server is not said for all on the command line", async () => {
  const found = await problemsOf(`http: 1\n${files}`, { argv: ["--read-only", "--nonsense=1"] });
  expect(found).toEqual([
    expect.stringContaining("Unknown option --nonsense"),
    "--read-only belongs to a server. Write readOnly into the file.",
  ]);
});

test("secrets come from variables and files, one of each for each server", async () => {
  const text = `http: 1
servers:
  - { server: postgres, name: a, databases: [{ env: A }] }
  - { server: postgres, name: b, databases: [{ file: b-url }] }
`;
  const { hosted } = await accept(text, {
    env: { A: "postgres://me:a-password-of-a@a/x", DATABASE_URL: "postgres://nobody@none/x" },
    files: { "b-url": "postgres://me:a-password-of-b@b/x\n" },
  });
  expect(hosted.map(({ settings }) => settings.own["databases"])).toEqual([
    ["postgres://me:a-password-of-a@a/x"],
    ["postgres://me:a-password-of-b@b/x"],
  ]);
  expect(hosted.map(({ settings }) => settings.secrets)).toEqual([
    expect.arrayContaining(["a-password-of-a"]),
    expect.arrayContaining(["a-password-of-b"]),
  ]);
});

test("a server may be a path, and is found by what its package exports", async () => {
  const path = fileURLToPath(new URL("../../examples/echo", import.meta.url));
  const { hosted } = await accept(`http: 1\nservers: [{ server: "${path}" }]`);
  expect(hosted.map((each) => each.path)).toEqual(["/echo/mcp"]);
});

test("lines are those of keys and items, whatever their style", () => {
  const { lineOf, value } = readLocated(
    'a:\n  - {b: 1,\n     "c": &x [2,\n     3]}\n  - *x\n# d\n? e\n: f\n',
  );
  expect(value).toEqual({ a: [{ b: 1, c: [2, 3] }, [2, 3]], e: "f" });
  const places = [["a"], ["a", 0], ["a", 0, "c"], ["a", 0, "c", 1], ["a", 1], ["e"], ["none"]];
  expect(places.map(lineOf)).toEqual([1, 2, 3, 4, 5, 7, undefined]);
  expect(() => readLocated("a: 1\na: 2")).toThrow(YamlError);
  expect(() => readLocated("a: 1\n---\na: 2")).toThrow("several documents");
});

test("a name leads to the nearest, and to none if it is far from all", () => {
  expect(findNearest("readonly", ["readOnly", "tools"])).toBe("readOnly");
  expect(findNearest("tols", ["readOnly", "tools"])).toBe("tools");
  expect(findNearest("abcdef", ["readOnly", "tools"])).toBeUndefined();
});

test.for([
  [["--config", "a.yaml", "--http", "1"], { file: "a.yaml", check: false, rest: ["--http", "1"] }],
  [["--http=1", "--config=a.yaml", "--check"], { file: "a.yaml", check: true, rest: ["--http=1"] }],
  [["--http", "1", "--config"], { file: "", check: false, rest: ["--http", "1"] }],
  [["--port", "1"], undefined],
] as const)("%j are the words of %j", ([words, found]) => {
  expect(readConfigWords(words)).toEqual(found);
});

const schema = JSON.parse(readFileSync(`${cli}servers.schema.json`, "utf8"));
const isValid = new Ajv({ strict: false }).compile(schema);

test.for([
  ["http: 3000\nservers: [{ server: git, repository: [.], readOnly: true }]", true],
  [
    "http: 3000\nredisUrl: { env: A }\nservers: [{ server: postgres, databases: { file: a } }]",
    true,
  ],
  ['http: 3000\nservers: [{ server: "./own", anything: 1, readOnly: true }]', true],
  ["http: 3000\nservers: [{ server: git, repositry: [.] }]", false],
  ["http: 3000\nservers: [{ server: git, readOnly: maybe }]", false],
  ["http: 3000\nredisUrl: redis://a\nservers: [{ server: git }]", false],
  ["http: 3000\ntoolset: [all]\nservers: [{ server: git }]", false],
  ["servers: [{ server: git }]", false],
] as const)("the schema for editors judges %j as the server does", ([text, fits]) => {
  expect(isValid(readLocated(text).value)).toBe(fits);
});

test("every option has its place: in the file, or in that of a process with one server", () => {
  const listed = Object.keys(schema.definitions);
  const missing = commonOptions.filter(({ key }) => !listed.includes(key)).map(({ key }) => key);
  expect(missing).toEqual(["serverCard", "config"]);
});
