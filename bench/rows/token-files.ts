import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reachesAtLeast } from "../checks.ts";
import { httpCalls } from "../contenders/http.ts";
import { columns } from "../contenders/work.ts";
import { echoCall, modern } from "../load/frames.ts";
import type { Row, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { subject, toLaunch } from "../variants.ts";

const counts = [1, 200, 2_000];
const connections = 64;
const without = "without tokens";

export const tokenFiles: Row = {
  name: "token-files",
  title: "tools/call over HTTP with --token-file, compared with the same server without it",
  async run({ rounds, milliseconds }) {
    const folder = await mkdtemp(join(tmpdir(), "bench-tokens-"));
    try {
      const load = { call: echoCall, connections, milliseconds };
      const open = { name: without, era: modern, toLaunch: toEcho };
      const guarded = counts.map(async (count) => {
        const file = join(folder, String(count));
        await writeFile(file, toTokenFile(count), { mode: 0o600 });
        const name = nameOf(count);
        const server = { name, era: modern, toLaunch: (port: number) => toEcho(port, file) };
        return httpCalls(server, { ...load, token: toToken(count - 1) });
      });
      const contenders = [httpCalls(open, load), ...(await Promise.all(guarded))];
      const series: Series = {
        title: "HTTP tools/call with tokens",
        measure: "rate",
        better: "more",
        baseline: without,
        columns: [columns.rate, columns.cpu, columns.p50, columns.p99, columns.failures],
        standings: await interleave(contenders, rounds),
      };
      return {
        series: [series],
        checks: counts.map((count) => reachesAtLeast(series, without, 90, nameOf(count))),
        notes: ["Each call bears the token of the last principal in the file."],
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

function toEcho(port: number, tokenFile?: string) {
  const launch = toLaunch(subject, "echo", port);
  if (tokenFile === undefined) return launch;
  return { ...launch, args: [...launch.args, "--token-file", tokenFile] };
}

function toTokenFile(count: number): string {
  const line = (at: number) => `principal-${at} sha256:${digest(toToken(at))}\n`;
  return Array.from({ length: count }, (_, at) => line(at)).join("");
}

function toToken(at: number): string {
  return `token-of-principal-${at}`;
}

function nameOf(count: number): string {
  return count === 1 ? "1 principal" : `${count} principals`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
