// `npm start` and `npm test` need git, Node >= 20.19 and npm, nothing else: the pinned pnpm comes
// through `npm exec`, Node 24 through the `node` dev dependency. Plain JavaScript, because it runs
// on the Node that happens to be there.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const windows = process.platform === "win32";
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", npm_config_update_notifier: "false" };

const [task, ...rest] = process.argv.slice(2);
if (task === "test") test();
else if (task === "start") start();
else fail("usage: node scripts/bootstrap.mjs start|test [options]");

function test() {
  pnpm(["install", "--frozen-lockfile", "--prefer-offline"], "inherit");
  pnpm(["run", "check", ...rest], "inherit");
}

/** Builds in silence, so that the line with the address is the one people see, then serves. */
function start() {
  console.error("Installing packages (a few seconds; about half a minute the first time)");
  pnpm(["install", "--frozen-lockfile", "--prefer-offline"], "pipe");
  console.error("Building");
  pnpm(["exec", "turbo", "run", "build", "--filter=./cli..."], "pipe");
  const node = join(root, "node_modules/node/bin", windows ? "node.exe" : "node");
  const main = join(root, "cli/dist/main.js");
  // Words without a command are those of `fairlead serve`.
  const words = /^[a-z]/.test(rest[0] ?? "") ? rest : ["serve", ...rest];
  const child = spawn(node, [main, ...words], { cwd: root, stdio: "inherit" });
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // A terminal sends Ctrl-C to the child as well; a second one would cut its shutdown short.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  // npm passes SIGTERM to its `sh`, which dies without passing it on: watch for becoming an orphan.
  const { ppid } = process;
  setInterval(() => process.ppid !== ppid && child.kill("SIGTERM"), 250).unref();
}

/** Runs the pinned pnpm; with "pipe" its output is shown only if it fails. */
function pnpm(args, stdio) {
  const [command, ...words] = [...toRunner(), "pnpm", ...args];
  const { status, signal, error, stdout, stderr } = spawnSync(command, words, {
    cwd: root,
    env,
    // A question asked into a pipe would wait for ever, so there is nobody to ask.
    stdio: [stdio === "pipe" ? "ignore" : "inherit", stdio, stdio],
    maxBuffer: Infinity,
    shell: windows && !command.endsWith(".exe"),
  });
  if (status === 0) return;
  if (stdio === "pipe") process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  fail(error?.message, signal === "SIGINT" ? 130 : (status ?? 1));
}

/** What has to stand before `pnpm`: nothing under pnpm itself, otherwise npm, by the same npm. */
function toRunner() {
  if ((process.env.npm_config_user_agent ?? "").startsWith("pnpm/")) return [];
  const parent = process.env.npm_execpath ?? "";
  const pinned = ["--yes", `--package=${packageManager}`, "--"];
  return /npm-cli\.js$/.test(parent)
    ? [process.execPath, parent, "exec", ...pinned]
    : ["npx", ...pinned];
}

function fail(message, code = 1) {
  if (message) console.error(message);
  process.exit(code);
}
