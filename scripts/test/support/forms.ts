// The forms a command of a document may have: how each is checked, or why it is not.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { toClientConfigs, toStdioEndpoint } from "../../../packages/runtime/dist/render.js";
import { toInspection } from "../../lib/inspection.ts";
import { readText, root } from "../../lib/packages.ts";
import { deployForms } from "./deploy-forms.ts";
import { serveFile } from "./fleet.ts";
import type { Form } from "./form.ts";
import { findServer, run, servers, start, writeFiles } from "./programs.ts";

/** Commands that no test of this repository can run, and why. */
export const outside: readonly { readonly match: RegExp; readonly why: string }[] = [
  { match: /^git commit /, why: "It is a step of a release and changes the repository." },
  { match: /^mcp-publisher publish$/, why: "It needs an account at the MCP registry." },
  {
    match:
      /^(?:claude|codex|gemini|opencode) (?:mcp (?:list|add|login NAME)(?: --env NAME=VALUE)?|-p)$|^codex exec(?: --dangerously-bypass-approvals-and-sandbox)?$/,
    why: "It is another program's command and has no server of ours in it.",
  },
  {
    match: /^docker (?:stop|run)$/,
    why: "It is named in a sentence, without a container of ours.",
  },
  { match: /^npm install --global$/, why: "It would install on the machine itself." },
];

const manifest: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readText("package.json") ?? "",
);
/** Scripts that pnpm or npm bring themselves. */
const builtIn = ["install"];

export const forms: readonly Form[] = [
  ...deployForms,
  {
    name: "a client's command that the renderer writes",
    match: /^(?:claude mcp add|opencode mcp add|codex mcp add (?!--)\S|code --add-mcp) ?/,
    async check({ text, words }) {
      if (!rendered.has(withoutVersions(text))) return "The renderer writes no such command.";
      const end = words.indexOf("--");
      return end < 0 ? "" : checkNpx(words.slice(end + 2));
    },
  },
  {
    name: "a server, an own command of one, or the generator, by npx",
    match: /^npx (?:-y |-p )*@fairlead\//,
    check: ({ words }) => checkNpx(words.slice(1)),
  },
  {
    name: "a server and an OpenTelemetry SDK, by npm",
    match: /^npm install @fairlead\/server-\S+ @opentelemetry\//,
    check({ words: [, , server = "", ...others] }) {
      const unknown = others.filter((name) => !isPinned(name));
      const name = server.replace("@fairlead/server-", "");
      return [...unknown, ...(findServer(name) ? [] : [server])].join(", ");
    },
  },
  {
    name: "a server with an SDK before it, which telemetry.test.ts of examples/everything starts",
    match: /^OTEL_SERVICE_NAME=/,
    check({ words }) {
      const [, name = ""] = /fairlead-server-(\S+)/.exec(words.join(" ")) ?? [];
      return findServer(name) ? "" : `There is no server ${name}.`;
    },
  },
  {
    name: "the official Inspector on a server, by npx",
    match: /^npx -y @modelcontextprotocol\/inspector npx /,
    check: ({ words: [, , inspector = "", , ...server] }) =>
      isPinned(inspector) ? checkNpx(server) : `The catalog has no ${inspector}.`,
  },
  {
    name: "npx pnpm",
    match: /^npx pnpm$/,
    check: () => (manifest.scripts["test"] === undefined ? "There is no script." : ""),
  },
  {
    name: "the image of a server",
    match: /^docker build --build-arg SERVER=/,
    check({ text, words }) {
      const [, name = ""] = /SERVER=(\S+)/.exec(text) ?? [];
      const file = words[words.indexOf("--file") + 1] ?? "";
      const stage = readText(file)?.includes(`AS ${name}-labelled`) === true;
      const tagged = words[words.indexOf("--tag") + 1] === `fairlead-server-${name}`;
      return stage && tagged ? "" : `No image of ${name} is made by ${file}.`;
    },
  },
  {
    name: "the image of a generated server",
    match: /^docker build (?:--tag \{\{name\}\}-mcp )?\.$/,
    check: () => (existsSync(join(root, "generator/template/Dockerfile")) ? "" : "No Dockerfile."),
  },
  {
    name: "a server in its container: what follows the image starts the server",
    match: /^docker run /,
    check({ words }) {
      const image = words.findIndex((word) => word.startsWith("fairlead-server-"));
      const served = findServer(words[image]?.replace("fairlead-server-", "") ?? "");
      return served ? start(served, words.slice(image + 1)) : "There is no such image.";
    },
  },
  {
    name: "the verification of an audit log that a server wrote",
    match: /^npm start -- audit verify (?!--stream )/,
    async check({ words }) {
      const file = words.at(-1) ?? "";
      const git = findServer("git");
      const problem = git === undefined ? "no git" : await start(git, ["--audit-file", file, "."]);
      if (problem !== "") return problem;
      const said = run("cli/dist/main.js", ...words.slice(3));
      return /^Whole: \d+ lines in 1 file, from /.test(said) ? "" : said;
    },
  },
  {
    name: "the verification of an audit log in a stream, whose words the command knows",
    match: /^npm start -- audit verify --stream /,
    check: ({ words }) => checkFlags(words.slice(3), run("cli/dist/main.js", "audit", "--help")),
  },
  {
    name: "several servers, by the file that the same document has",
    match: /^npm start -- serve --config /,
    check: ({ words }) => serveFile("docs/hosting.md", words.slice(3)),
  },
  {
    name: "npm start and its options",
    match: /^npm start\b(?! -- (?:audit|serve --config) )/,
    check: ({ words }) => checkFlags(words.slice(2), run("cli/dist/main.js", "--help")),
  },
  {
    name: "pnpm bench and its options",
    match: /^(?:pnpm bench|node bench\/main\.ts)\b/,
    check: ({ words }) => checkFlags(words.slice(2), run("bench/main.ts", "--help")),
  },
  {
    name: "pnpm inspect and a server",
    match: /^pnpm inspect /,
    check({ words: [, , name = "", ...options] }) {
      const served = findServer(name === "NAME" ? "git" : name);
      if (!served || !toInspection(served.surface.name, options)) return "There is no such server.";
      return start(served, options.length === 0 ? ["."] : options);
    },
  },
  {
    name: "pnpm new server, which new.test.ts runs",
    match: /^pnpm new server NAME$/,
    check: () => checkScript("new"),
  },
  {
    name: "changesets",
    match: /^pnpm changeset(?: version| publish)?$/,
    check: ({ words: [, name = ""] }) => checkProgram(name),
  },
  {
    name: "a program of the repository's tools",
    match: /^pnpm exec /,
    check({ words: [, , name = "", ...rest] }) {
      const scripts = rest.filter((word) => /^scripts\/.*\.ts$/.test(word));
      const lost = scripts.filter((path) => readText(path) === undefined);
      return lost.length === 0 ? checkProgram(name) : `There is no ${lost.join(", ")}.`;
    },
  },
  {
    name: "a script of the repository, or of a generated package",
    match: /^p?npm (?:run )?(?!changeset$)[\w:-]+$/,
    check: ({ words }) => checkScript(words.at(-1) ?? ""),
  },
  {
    name: "the server in the runtime's README",
    match: /^node main\.ts\b/,
    check({ words: [, file = "", ...flags] }) {
      const folder = writeFiles("packages/runtime/README.md");
      return checkFlags(flags, run(join(folder, file), "--help"));
    },
  },
  {
    name: "the folder that the command before has made",
    match: /^cd my-server$/,
    check: () => "",
  },
];

/** Client commands as the renderer writes them, for every server and for one over HTTP. */
const endpoints = [
  ...servers.map(({ surface }) => [surface.name, toStdioEndpoint(surface)] as const),
  [
    "files",
    { transport: "http", url: "http://127.0.0.1:3000/mcp", token: "FAIRLEAD_BEARER_TOKEN" },
  ] as const,
];
const configs = endpoints.flatMap(([name, endpoint]) => toClientConfigs(name, endpoint));
const rendered = new Set(configs.map(({ command = "" }) => withoutVersions(command)));
const texts = new Set(configs.map(({ text }) => withoutVersions(text.trimEnd())));

/** Whether a text is the config of a client as the renderer writes it, whatever the version. */
export function isRenderedConfig(text: string): boolean {
  return texts.has(withoutVersions(text.trimEnd()));
}

/** What is started may be named with its version, which a README for people leaves out. */
function withoutVersions(text: string): string {
  return text.replaceAll(/(@fairlead\/[\w-]+)@[\d.]+/g, "$1");
}

/** Checks the words after `npx`: packages by `-p`, then a package or a bin, then its own words. */
async function checkNpx(words: readonly string[]): Promise<string> {
  const packages: string[] = [];
  const rest = [...words];
  while (rest[0]?.startsWith("-")) {
    const flag = rest.shift();
    if (flag === "-p") packages.push(rest.shift() ?? "");
    else if (flag !== "-y") return `npx has no ${flag} here.`;
  }
  const [named = "", ...own] = rest;
  const [main = named, ...others] = packages;
  const lost = others.filter((name) => !isPinned(name));
  if (lost.length > 0) return `The catalog has another version of ${lost.join(", ")}.`;
  if (main === "@fairlead/openapi-to-mcp") return checkGenerator(own);
  const served = servers.find(({ surface }) => surface.package.name === withoutVersions(main));
  if (!served) return `There is no package ${main}.`;
  const version = /(?<=.@)[\d.]+$/.exec(main)?.[0];
  const { surface } = served;
  if (version !== undefined && version !== surface.package.version) return `Not ${version}.`;
  const bin = named === main ? named : `@fairlead/${named.replace(/^fairlead-/, "")}`;
  if (bin !== main) return `${main} has no bin ${named}.`;
  if (surface.commands?.some(({ name }) => name === own[0])) return "";
  return start(served, own);
}

const init = ["init", "openapi.yaml", "-o", "my-server"];

/** Runs the generator on a small document, in the package it makes of it where it needs one. */
function checkGenerator(words: readonly string[]): string {
  const generate = "generator/dist/main.js";
  if (words[0] === "init") run(generate, ...words);
  else {
    run(generate, ...init);
    run(generate, ...words, "-o", "my-server");
  }
  return "";
}

/** Whether the catalog has a package, at a version that begins so if one is named. */
function isPinned(name: string): boolean {
  const [, bare = "", version = ""] = /^(@?[^@]+)(?:@(.+))?$/.exec(name) ?? [];
  const lines = readText("pnpm-workspace.yaml")?.split("\n") ?? [];
  const line = lines.find((text) => text.replaceAll('"', "").trim().startsWith(`${bare}: `));
  return (
    line
      ?.split(": ")[1]
      ?.replace(/^[\^~]/, "")
      .startsWith(version) === true
  );
}

function checkFlags(words: readonly string[], help: string): string {
  const flags = words.filter((word) => /^--\w/.test(word) && word !== "--help");
  const lost = flags.filter((flag) => !new RegExp(`${flag}\\b`).test(help));
  const rows = words.filter((_, index) => words[index - 1] === "--only");
  return [...lost, ...rows.filter((row) => !help.includes(row))].join(", ");
}

function checkScript(name: string): string {
  return name in manifest.scripts || builtIn.includes(name) ? "" : `There is no script ${name}.`;
}

function checkProgram(name: string): string {
  const found = [name, `${name}.CMD`].some((file) => {
    return existsSync(join(root, "node_modules/.bin", file));
  });
  return found ? "" : `There is no program ${name}.`;
}
