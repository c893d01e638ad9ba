import { join } from "node:path";
import type { Launch, ServerProcess } from "./server-process.ts";

/** What a probed server still holds once its garbage is collected. */
export interface Holdings {
  readonly heapUsed: number;
  readonly listeners: number;
  readonly resources: Readonly<Record<string, number>>;
}

const probeFile = join(import.meta.dirname, "../probe.mjs");
const patienceMs = 20_000;

export function withProbe({ args, ...rest }: Launch): Launch {
  return { ...rest, args: ["--expose-gc", "--import", probeFile, ...args] };
}

/** Asks a server started with the probe what it holds. */
export async function takeHoldings(server: ServerProcess): Promise<Holdings> {
  const { promise, resolve, reject } = Promise.withResolvers<Holdings>();
  const timer = setTimeout(() => reject(new Error("The probe did not answer.")), patienceMs);
  let text = "";
  function receive(chunk: Buffer) {
    text += chunk.toString();
    const line = text.split("\n").find((each) => each.startsWith('{"probe":true'));
    if (line?.endsWith("}}")) resolve(JSON.parse(line));
  }
  server.stderr.on("data", receive);
  try {
    process.kill(server.pid, "SIGUSR2");
    return await promise;
  } finally {
    clearTimeout(timer);
    server.stderr.off("data", receive);
  }
}
