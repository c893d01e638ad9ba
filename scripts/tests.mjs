// Runs the tests of the scripts and of every package, two packages at a time and all of them even after
// a failure, each with a report in JSON. `--sum STATUS` adds the reports up, names what failed, says how
// many tests ran against a container, and exits with that status. Plain JavaScript: .ci/run sums up even
// when the install has failed and only the host's Node is there.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const report = "node_modules/.fairlead/tests.json";
/** What `pnpm hosts` writes, in the same form. */
const hosts = "node_modules/.fairlead/hosts.json";

/** What takes minutes begins first: begun last, it would go on alone. */
const longest = [
  ...["generator", "servers/puppeteer", "servers/postgres", "servers/filesystem"],
  ...["cli", "packages/testing", "servers/git", "servers/gdrive", "examples/everything"],
];

const [flag, status] = process.argv.slice(2);
process.exitCode = flag === "--sum" ? sum(Number(status)) : await run(process.argv.slice(2));

async function run(rest) {
  for (const path of listReports()) rmSync(path);
  const built = await start("turbo", ["run", "build", "--output-logs=errors-only"]);
  if (built !== 0) return built;
  const args = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...rest];
  const folders = listTested()
    .sort((one, other) => toRank(one) - toRank(other))
    .values();
  let failed = 0;
  const work = async () => {
    for (const folder of folders) failed = (await test(folder, args)) || failed;
  };
  await Promise.all([work(), work()]);
  return failed;
}

function test(folder, args) {
  if (folder === "scripts") return start("vitest", ["run", "--root", "scripts", ...args]);
  // Turbo keeps the environment to what turbo.json names, and says in each line whose it is.
  return start("turbo", ["run", "test", "--only", `--filter=./${folder}`, "--", ...args]);
}

function toRank(folder) {
  const at = longest.indexOf(folder);
  return at < 0 ? longest.length : at;
}

function start(command, args) {
  const shell = process.platform === "win32";
  const child = spawn(command, args, { cwd: root, stdio: "inherit", shell });
  return new Promise((resolve) => {
    child.once("close", (code) => resolve(code ?? 1));
    child.once("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
  });
}

function sum(status) {
  let passed = 0;
  let failed = 0;
  const failures = [];
  const contained = { ran: 0, left: 0 };
  for (const path of listReports()) {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(path, "utf8"));
    // A file that fails before its first test, say at an import, counts as one failure.
    const broken = testResults.filter(
      (file) =>
        file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
    );
    failures.push(...broken.map(({ name }) => name));
    for (const test of testResults.flatMap((file) => file.assertionResults)) {
      if (test.status === "failed") failures.push(`${test.fullName}${toReason(test)}`);
      // packages/testing marks the names of these.
      if (!test.fullName.includes("(container)")) continue;
      contained[["passed", "failed"].includes(test.status) ? "ran" : "left"] += 1;
    }
    passed += numPassedTests;
    failed += numFailedTests + broken.length;
  }
  if (status !== 0 && failed === 0) {
    console.log("Something other than a test failed; see above.");
    failed = 1;
  }
  // Their own reports may be far up by now.
  for (const name of failures) console.log(`FAILED ${name}`);
  console.log(`${contained.ran} tests ran against a container, ${contained.left} were skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  return status || (failed > 0 ? 1 : 0);
}

/** How what a test says of its failure begins. */
function toReason({ failureMessages = [] }) {
  const reason = failureMessages.join("; ").replaceAll(/\s+/g, " ").slice(0, 400);
  return reason && `: ${reason}`;
}

/** The folders that have tests. */
function listTested() {
  return listFolders().filter((folder) => {
    if (folder === "scripts") return true;
    const manifest = join(root, folder, "package.json");
    return (
      existsSync(manifest) && "test" in (JSON.parse(readFileSync(manifest, "utf8")).scripts ?? {})
    );
  });
}

/** Where packages left their reports. */
function listReports() {
  return listFolders()
    .flatMap((folder) => [join(root, folder, report), join(root, folder, hosts)])
    .filter((path) => existsSync(path));
}

function listFolders() {
  const nested = ["packages", "servers", "examples"].flatMap((parent) => {
    const folder = join(root, parent);
    return existsSync(folder) ? readdirSync(folder).map((name) => `${parent}/${name}`) : [];
  });
  return ["scripts", "bench", "generator", "cli", ...nested];
}
