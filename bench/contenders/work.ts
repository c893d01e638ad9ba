import type { ServerProcess } from "../load/server-process.ts";
import type { Column, Sample } from "../result.ts";

/** What a stretch of load came to. */
export interface Work {
  readonly calls: number;
  readonly failures: number;
  readonly seconds: number;
  /** Milliseconds a call took from the client's side, where each was timed. */
  readonly p50?: number;
  readonly p99?: number;
}

export const columns = {
  rate: { key: "rate", label: "calls/s", digits: 0 },
  cpu: { key: "cpuMicros", label: "server CPU us/call", digits: 1 },
  p50: { key: "p50", label: "p50 ms", digits: 2 },
  p99: { key: "p99", label: "p99 ms", digits: 2 },
  resident: { key: "residentMiB", label: "RSS MiB", digits: 0 },
  peak: { key: "peakMiB", label: "peak RSS MiB", digits: 0 },
  calls: { key: "calls", label: "calls a round", digits: 0 },
  failures: { key: "failures", label: "failed", digits: 0 },
} as const satisfies Readonly<Record<string, Column>>;

/** Puts load on a server and takes down what it cost the server as well as what it came to. */
export async function measureWork(
  server: Pick<ServerProcess, "cpuMicros" | "residentMiB" | "peakMiB">,
  work: () => Promise<Work>,
): Promise<Sample> {
  const cpuBefore = server.cpuMicros();
  const done = await work();
  return {
    rate: done.calls / done.seconds,
    calls: done.calls,
    failures: done.failures,
    cpuMicros: (server.cpuMicros() - cpuBefore) / done.calls,
    residentMiB: server.residentMiB(),
    peakMiB: server.peakMiB(),
    ...(done.p50 !== undefined && { p50: done.p50 }),
    ...(done.p99 !== undefined && { p99: done.p99 }),
  };
}
