// The house rules that Biome cannot check, all of them in the tables below. `pnpm check` runs it.
import { execFileSync } from "node:child_process";
import { checkFlags } from "./lib/flags.ts";
import { checkFloors, checkImports, type ImportRule } from "./lib/imports.ts";
import { checkManifest } from "./lib/manifests.ts";
import { readText, root } from "./lib/packages.ts";
import { checkPhrases, type PhraseRule } from "./lib/phrases.ts";
import { checkReadme } from "./lib/readmes.ts";
import { checkServers } from "./lib/server-shape.ts";
import {
  checkCircles,
  checkFolders,
  checkSizes,
  checkTops,
  type ShapeRules,
  type SizeRule,
} from "./lib/shape.ts";
import { type Source, toSource } from "./lib/source.ts";
import { checkToolBodies } from "./lib/tool-bodies.ts";
import type { Violation } from "./lib/violation.ts";

/** Inside the runtime folders are floors, the highest first: an import may only go down. */
const runtime = "packages/runtime/src";
const floors = [
  ...[
    "index.ts",
    "schema.ts",
    "testing",
    "main.ts",
    "host.ts",
    "host-problems.ts",
    "listen.ts",
    "listen-metrics.ts",
    "listen-sign-in.ts",
    "process.ts",
    "render.ts",
    "serve",
    "operate",
    "protocol",
  ],
  "call",
];

const tests = ["**/*.test.ts", "**/*.test-d.ts", "**/*.fixture.ts"];

// That a relative import stays in its package is the tsconfig's `rootDir` to say.
const importRules: readonly ImportRule[] = [
  {
    rule: "tools",
    files: ["servers/*/src/tools/**"],
    except: tests,
    may: [
      ...["@fairlead/runtime", "zod", "./src/*/**"],
      "./src/!(main|index|config|resources|prompts|completion).ts",
    ],
    why: "A tool knows its context, its schemas, the domain next to it and the runtime.",
  },
  {
    rule: "domain",
    files: ["servers/*/src/**"],
    except: [
      ...tests,
      "servers/*/src/{main,index,config,context,resources,prompts,completion}.ts",
      "servers/*/src/{tools,resources,prompts}/**",
    ],
    mayNot: [
      ...["@fairlead/runtime", "@fairlead/runtime/**"],
      ...["@fairlead/define", "@fairlead/define/**", "@modelcontextprotocol/**"],
      "./src/{main,index,context,resources,prompts,completion}.ts",
      "./src/{tools,resources,prompts}/**",
    ],
    why: "Domain code knows nothing of MCP: it could be published alone.",
  },
  {
    rule: "servers",
    files: ["servers/**"],
    mayNot: ["@fairlead/server-*", "@fairlead/server-*/**"],
    why: "What two servers need belongs to the runtime.",
  },
  {
    rule: "runtime",
    files: ["packages/runtime/**"],
    mayNot: [
      "@fairlead/!(define|guard|store|operate|redis|render)",
      "@fairlead/!(define|guard|store|operate|redis|render)/**",
      "fairlead",
      ...["servers/**", "examples/**", "bench/**"],
    ],
    why: "The runtime knows no server.",
  },
  {
    rule: "floors",
    files: ["packages/{guard,store}/**"],
    mayNot: ["@fairlead/**", "fairlead"],
    why: "It is the lowest floor: everything else stands on it.",
  },
  {
    rule: "floors",
    files: ["packages/{define,upstream}/**"],
    mayNot: ["@fairlead/!(guard)", "@fairlead/!(guard)/**", "fairlead"],
    why: "It stands on the guards alone.",
  },
  {
    rule: "floors",
    files: ["packages/operate/**"],
    mayNot: ["@fairlead/!(define|guard|store)", "@fairlead/!(define|guard|store)/**", "fairlead"],
    why: "It stands on definitions, guards and stores, and the runtime on it.",
  },
  {
    rule: "floors",
    files: ["packages/redis/**"],
    except: tests,
    mayNot: ["@fairlead/!(store)", "@fairlead/!(store)/**", "fairlead"],
    why: "It gives the ports of the store another engine.",
  },
  {
    rule: "openapi",
    files: ["packages/openapi/**"],
    mayNot: [
      ...["@fairlead/runtime/{main,serve,render}", "@fairlead/server-*", "@fairlead/server-*/**"],
      ...["@fairlead/openapi-to-mcp", "fairlead"],
    ],
    why: "It runs inside servers, and knows neither one of them nor the program around it.",
  },
  {
    rule: "no-sdk",
    files: ["{packages,servers}/*/src/**"],
    except: [...tests, "packages/testing/**"],
    mayNot: ["@modelcontextprotocol/**"],
    why: "The official SDK is a referee in tests, never a part.",
  },
  {
    rule: "render",
    files: ["packages/render/**"],
    except: [...tests, "packages/render/*.ts"],
    may: ["./src/**", "@fairlead/define", "@fairlead/define/start", "@fairlead/guard/record"],
    why: "Rendering is a function of the Surface.",
  },
  {
    rule: "exports",
    files: ["**"],
    mayNot: ["@fairlead/*/{src,dist}/**"],
    why: "Nothing reaches past the exports of a package.",
  },
];

const shape: ShapeRules = {
  folders: [
    { under: "servers/", most: 12 },
    { under: "", most: 15 },
  ],
  larger: {
    "bench/rows": "Each file is one row of the bench, and nothing else is there.",
  },
  tops: [{ under: /^servers\//, rooms: 20, arrows: 60 }],
};

const sizes: readonly SizeRule[] = [
  {
    under: `${runtime}/`,
    below: 14_000,
    advice:
      "Find what can go, or move a floor that others could use too into a package of its own, " +
      "as packages/define was.",
  },
];

const phraseRules: readonly PhraseRule[] = [
  {
    rule: "no-suppressions",
    where: "comments",
    phrase: /\b(?:biome-ignore|eslint-disable|oxlint-disable|v8 ignore|@ts-nocheck)[\w-]*/g,
    why: "Change the code, or the rule for everyone.",
  },
  {
    rule: "no-suppressions",
    where: "comments",
    phrase: /@ts-expect-error/g,
    except: ["**/*.test-d.ts"],
    why: "Only a type test may expect an error.",
  },
  {
    rule: "words",
    where: "anywhere",
    phrase:
      /(?<![Tt]here )\b(?:is|are) no (?!longer\b|more than\b|worse\b|better\b|later than\b)[a-z]/g,
    except: [
      "findings/**",
      "**/CHANGELOG.md",
      "**/fixtures/**",
      "cli/test/questions.ts",
      "scripts/**",
    ],
    why: "Write `is not a`.",
  },
  {
    rule: "words",
    where: "comments",
    phrase: /\b[Bb]eside\b/g,
    why: "Write `next to`, `besides` or `compared with`.",
  },
  {
    rule: "words",
    where: "comments",
    phrase: /\b[Ww]hoever\b/g,
    why: "Write `anyone who`, or name the person.",
  },
  {
    rule: "no-machine-paths",
    where: "anywhere",
    phrase:
      /(?<![\w.-])\/(?:home|Users)\/(?!(?:you|me|user|alice|bob)\b)[\w.-]+\/|(?<![\w.-])\/root\//g,
    why: "It is the path of one machine.",
  },
  {
    rule: "no-registry-hosts",
    where: "anywhere",
    phrase:
      /(?<=\/\/)(?!registry\.modelcontextprotocol\.io|[\w.-]*npmjs\.com)[\w.-]*(?:registry|artifactory|nexus|verdaccio|npm)[\w-]*\.[\w.-]+/g,
    why: "Which registry delivers is a matter of the machine.",
  },
];

/** Everything one file breaks; its path counts from the root, with forward slashes. */
export function check(path: string, text: string): Violation[] {
  const found = checkPhrases(
    path,
    text,
    phraseRules.filter(({ where }) => where === "anywhere"),
  );
  if (path.endsWith("/package.json")) found.push(...checkManifest(path, text));
  if (/^(?:servers\/[^/]+|generator\/template)\/README\.md$/.test(path)) {
    found.push(...checkReadme(path, text));
  }
  if (!/\.[cm]?ts$/.test(path)) return found;
  const source = toSource(text);
  found.push(
    ...checkPhrases(
      path,
      source.comments,
      phraseRules.filter(({ where }) => where === "comments"),
    ),
    ...checkImports(path, source, importRules),
    ...checkFloors(path, source, runtime, floors),
    ...checkFlags(path, source),
  );
  if (/^servers\/[^/]+\/src\/tools\//.test(path) && !path.endsWith(".test.ts")) {
    found.push(...checkToolBodies(path, source, 25));
  }
  return found;
}

/** Files git knows or would add, without what is generated by a tool. */
function listFiles(): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", args, { cwd: root, encoding: "utf8" });
  return files.split("\n").filter((path) => path !== "" && path !== "pnpm-lock.yaml");
}

/** What files break together: crowded folders, too many lines, circles of imports, and servers of another shape. */
function checkShape(files: ReadonlyMap<string, string>): readonly Violation[] {
  const sources = new Map<string, Source>();
  for (const [path, text] of files) if (path.endsWith(".ts")) sources.set(path, toSource(text));
  return [
    ...checkFolders([...files.keys()], shape),
    ...checkSizes(files, sizes),
    ...checkCircles(sources),
    ...checkTops(sources, shape),
    ...checkServers(files),
  ];
}

if (import.meta.main) {
  const files = new Map<string, string>();
  for (const path of listFiles()) {
    const text = readText(path);
    // A file with a NUL is not a text.
    if (text !== undefined && !text.includes("\0")) files.set(path, text);
  }
  const found = [...[...files].flatMap(([path, text]) => check(path, text)), ...checkShape(files)];
  for (const { path, line, rule, message } of found) {
    console.error(`${path}:${line} ${rule} ${message}`);
  }
  process.exitCode = found.length === 0 ? 0 : 1;
}
