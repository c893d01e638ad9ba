// Runs the tests of the scripts and of every package, all of them even after a failure, each with a
// report in JSON. `--sum STATUS` adds the reports up, names what failed, says how many tests ran
// against a container, and exits with that status. Plain JavaScript: .ci/run sums up even when the install has failed and
// only the host's Node is there.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const report = "node_modules/.fairlead/tests.json";
/** What `pnpm hosts` writes, in the same form. */
const hosts = "node_modules/.fairlead/hosts.json";

const [flag, status] = process.argv.slice(2);
process.exitCode = flag === "--sum" ? sum(Number(status)) : run(process.argv.slice(2));

function run(rest) {
  for (const path of listReports()) rmSync(path);
  const args = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...rest];
  const own = start("vitest", ["run", "--root", "scripts", ...args]);
  const all = start("turbo", ["run", "test", "--concurrency=2", "--continue", "--", ...args]);
  return own || all;
}

function start(command, args) {
  const shell = process.platform === "win32";
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", shell });
  if (error) console.error(error.message);
  return status ?? 1;
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

/** Where packages left their reports. */
function listReports() {
  const nested = ["packages", "servers", "examples"].flatMap((parent) => {
    const folder = join(root, parent);
    return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  });
  return [...["scripts", "bench", "generator", "cli"].map((name) => join(root, name)), ...nested]
    .flatMap((folder) => [join(folder, report), join(folder, hosts)])
    .filter((path) => existsSync(path));
}
