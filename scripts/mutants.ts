// `node scripts/mutants.ts --count 60 --seed 1`: changes the guards, one place at a time, and runs the
// tests that reach it. A change that no test notices is named: it wants a test, or a reason. A file
// is put back whatever happens; run it in a clone of its own all the same, where all is built and green.
import { spawn } from "node:child_process";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { applyMutant, draw, listMutants } from "./lib/mutants.ts";
import { root } from "./lib/packages.ts";

/** What keeps others out, in and short. */
const guards = [
  "packages/runtime/src/{guard,call,serve}/*.ts",
  "servers/filesystem/src/{editor,writer,transfer,ignore,patterns}.ts",
  "servers/git/src/{repo-config,overrides,helpers,filters,hooks,environment,addresses}.ts",
  "servers/postgres/src/guard/*.ts",
  "servers/postgres/src/{scrub,role,writing}.ts",
  "servers/puppeteer/src/{proxy,schemes,secrets,locate,profile}.ts",
  "servers/github/src/{host,trust,visibility,push,scopes,address}.ts",
  "servers/slack/src/{access,tokens,links}.ts",
  "servers/gdrive/src/{sharing,local-files,token-file,zip,loopback}.ts",
];
const mostMs = 600_000;

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
  .filter((path) => !path.endsWith(".test.ts") && path.includes(values.only))
  .sort();
const sites = files.flatMap((path) =>
  listMutants(readFileSync(join(root, path), "utf8")).map((mutant) => ({ path, mutant })),
);
const drawn = draw(sites, Number(values.count), Number(values.seed));
console.log(
  `${drawn.length} of ${sites.length} places in ${files.length} files, seed ${values.seed}`,
);

let survivors = 0;
for (const { path, mutant } of drawn) {
  const where = `${path}:${mutant.line}: ${mutant.change}`;
  if (values.list) {
    console.log(where);
    continue;
  }
  const noticed = await isNoticed(path, (text) => applyMutant(text, mutant));
  if (!noticed) survivors += 1;
  console.log(`${noticed ? "noticed " : "SURVIVED"} ${where}`);
}
if (!values.list) console.log(`${survivors} of ${drawn.length} survived`);
process.exitCode = survivors > 0 ? 1 : 0;

/** Whether a test fails while a file is changed. */
async function isNoticed(path: string, change: (text: string) => string): Promise<boolean> {
  const file = join(root, path);
  const text = readFileSync(file, "utf8");
  const putBack = () => writeFileSync(file, text);
  process.once("exit", putBack);
  writeFileSync(file, change(text));
  try {
    const [home = "", name = ""] = path.split("/");
    const folder = join(root, home, name);
    const own = file.replace(/\.ts$/, ".test.ts");
    // The tests beside it are quick, and mostly the ones that notice.
    if (existsSync(own) && (await run(folder, ["run", relative(folder, own)])) !== 0) return true;
    return (await run(folder, ["related", "--run", relative(folder, file)])) !== 0;
  } finally {
    putBack();
    process.off("exit", putBack);
  }
}

/** The exit code of tests; what runs too long was made to. */
function run(folder: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("vitest", [...args, "--bail", "1"], {
      cwd: folder,
      stdio: "ignore",
      timeout: mostMs,
    });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
