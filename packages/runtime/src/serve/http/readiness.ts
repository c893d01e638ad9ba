import { createReadiness, type ReadinessRules, type Unready } from "@fairlead/operate/telemetry";
import type { Endpoint } from "../../protocol/endpoint.ts";

/** How `/readyz` asks the backends, and who is told at which path that changes. */
export interface EndpointReadiness extends Omit<ReadinessRules, "changed"> {
  changed?(reason: Unready | undefined, error: unknown, path: string): void;
}

/** A status and what is said with it. */
type Finding = readonly [status: number, text: string];

/**
 * Asks whether endpoints are ready. One of several is enough: it is of use without the others of its
 * process, and replicas that share a backend would all be away with it. The first line says which holds for
 * the process, and a line for each of several says it of that one.
 */
export function findReadiness(
  endpoints: ReadonlyMap<string, Endpoint>,
  { changed, ...rules }: EndpointReadiness = {},
): () => Promise<Finding> {
  const checks = [...endpoints].map(([path, endpoint]) => {
    const told = changed && {
      changed: (reason: Unready | undefined, error: unknown) => changed(reason, error, path),
    };
    return [
      path,
      createReadiness((signal) => endpoint.ready(signal), { ...rules, ...told }),
    ] as const;
  });
  return async () => {
    const found = await Promise.all(
      checks.map(async ([path, ready]) => [path, await ready()] as const),
    );
    const [first] = found;
    const unready = found.every(([, reason]) => reason !== undefined) ? first?.[1] : undefined;
    const lines = found.map(([path, reason]) => `${path} ${reason ?? "ready"}`);
    const text = [unready ?? "ready", ...(lines.length > 1 ? lines : [])].join("\n");
    return [unready === undefined ? 200 : 503, text];
  };
}
