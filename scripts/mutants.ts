// `node scripts/mutants.ts --count 60 --seed 1`: changes the guards, one place at a time, and runs the
// tests that reach it. A change that no test notices is named: it wants a test, or a reason. So is one
// whose tests fail without it too, which says nothing of it. A file is put back whatever happens; run
// it in a clone of its own all the same, where all is built and green.
import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { constants } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { applyMutant, draw, listMutants } from "./lib/mutants.ts";
import { root } from "./lib/packages.ts";

/** What keeps others out, in and short. */
const guards = [
  "packages/guard/src/**/*.ts",
  "packages/runtime/src/{call,serve,protocol,operate}/**/*.ts",
  "packages/define/src/middleware.ts",
  "packages/upstream/src/{redirects,limits,send}.ts",
  "packages/openapi/src/{call/*,request/*,server/{files,wraps,connect},answer/answer-body}.ts",
  "servers/filesystem/src/{walk/{ignore,path-globs,levels},write/{editor,writer,transfer}}.ts",
  "servers/git/src/run/{overrides,judgement,key-rules,helpers,environment}.ts",
  "servers/git/src/{repository/{repo-config,filters,hooks},remote/addresses}.ts",
  "servers/postgres/src/guard/*.ts",
  "servers/postgres/src/{inspect/scrub,connect/role,write/writing}.ts",
  "servers/puppeteer/src/browser/{proxy,schemes,locate,profile}.ts",
  "servers/puppeteer/src/tab/secrets.ts",
  "servers/github/src/access/{trust,visibility,scopes}.ts",
  "servers/github/src/{api/{host,address},code/push}.ts",
  "servers/slack/src/api/{access,tokens,links}.ts",
  "servers/gdrive/src/api/sharing.ts",
  "servers/gdrive/src/{transfer/local-files,auth/{token-file,loopback},documents/zip}.ts",
];
const mostMs = 600_000;
/** What is red where the tests were ended before they could report. */
const endless = "";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
  },
});

const files = guards
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .filter((path) => !/\.(?:test|fixture)\.ts$/.test(path) && path.includes(values.only))
  .sort();
const sites = files.flatMap((path) =>
  listMutants(readFileSync(join(root, path), "utf8")).map((mutant) => ({ path, mutant })),
);
const drawn = draw(sites, Number(values.count), Number(values.seed));
console.log(
  `${drawn.length} of ${sites.length} places in ${files.length} files, seed ${values.seed}`,
);

let running: ChildProcess | undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // Left to itself a signal ends the process without "exit", and the change stays in the file.
  process.once(signal, () => {
    running?.kill();
    process.exit(128 + constants.signals[signal]);
  });
}

const words = { noticed: "noticed ", survived: "SURVIVED", doubtful: "DOUBTFUL" };
let open = 0;
for (const { path, mutant } of drawn) {
  const where = `${path}:${mutant.line}: ${mutant.change}`;
  if (values.list) {
    console.log(where);
    continue;
  }
  const outcome = await judge(path, (text) => applyMutant(text, mutant));
  if (outcome !== "noticed") open += 1;
  console.log(`${words[outcome]} ${where}`);
}
if (!values.list) console.log(`${open} of ${drawn.length} survived or are doubtful`);
process.exitCode = open > 0 ? 1 : 0;

/** Whether a test fails while a file is changed, and only then. */
async function judge(
  path: string,
  change: (text: string) => string,
): Promise<"noticed" | "survived" | "doubtful"> {
  const file = join(root, path);
  const text = readFileSync(file, "utf8");
  const [home = "", name = ""] = path.split("/");
  const folder = join(root, home, name);
  const dist = join(folder, "dist");
  const kept = join(folder, "node_modules", ".dist-without-mutant");
  const putBack = () => {
    writeFileSync(file, text);
    if (!existsSync(kept)) return;
    rmSync(dist, { recursive: true, force: true });
    renameSync(kept, dist);
  };
  process.once("exit", putBack);
  let red: string | undefined;
  try {
    if (existsSync(dist)) cpSync(dist, kept, { recursive: true });
    writeFileSync(file, change(text));
    // Some tests start the program that is built. What cannot be built cannot land either.
    if ((await run(folder, "tsdown", [])) !== 0) return "noticed";
    const own = file.replace(/\.ts$/, ".test.ts");
    // The tests next to it are quick, and mostly the ones that notice.
    if (existsSync(own)) red = await findRed(folder, ["run", relative(folder, own)]);
    red ??= await findRed(folder, ["related", "--run", relative(folder, file)]);
  } finally {
    putBack();
    process.off("exit", putBack);
  }
  if (red === undefined) return "survived";
  if (red === endless) return "noticed";
  const redAnyway = await findRed(folder, ["run", relative(folder, red)]);
  return redAnyway === undefined ? "noticed" : "doubtful";
}

/** The first test file that fails, if one does, or `endless`. */
async function findRed(folder: string, args: readonly string[]): Promise<string | undefined> {
  const report = join(folder, "node_modules", ".mutant.json");
  rmSync(report, { force: true });
  const told = ["--bail", "1", "--reporter=json", `--outputFile=${report}`];
  if ((await run(folder, "vitest", [...args, ...told])) === 0) return undefined;
  if (!existsSync(report)) return endless;
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  const failed = testResults.find(({ status }: { status: string }) => status === "failed");
  return failed?.name ?? endless;
}

/** The exit code of a program; what runs too long was made to. */
function run(folder: string, program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    running = spawn(program, args, { cwd: folder, stdio: "ignore", timeout: mostMs });
    running.once("error", reject);
    running.once("exit", (code) => resolve(code ?? 1));
  });
}
