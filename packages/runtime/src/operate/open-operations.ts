import { combine } from "@fairlead/operate/telemetry";
import { openTelemetry } from "./open-telemetry.ts";
import type { Operations, OperationsHost } from "./operations.ts";

/** One of them; undefined where the options do not ask for it. */
type Opener = (host: OperationsHost) => Promise<Partial<Operations> | undefined>;

/** In the order in which they stand around a call, the outermost first. */
const openers: readonly Opener[] = [openTelemetry];

/** Opens all, and closes in the opposite order. */
export async function openAll(host: OperationsHost): Promise<Operations> {
  const opened: Partial<Operations>[] = [];
  for (const open of openers) opened.push((await open(host)) ?? {});
  const authenticate = opened.map((each) => each.authenticate).find((each) => each !== undefined);
  const observe = combine(opened.flatMap((each) => each.observe ?? []));
  const metrics = opened.map((each) => each.metrics).find((each) => each !== undefined);
  const traceId = opened.map((each) => each.traceId).find((each) => each !== undefined);
  return {
    middleware: opened.flatMap(({ middleware = [] }) => middleware),
    stores: Object.assign({}, ...opened.map(({ stores }) => stores)),
    traffic: opened.flatMap(({ traffic = [] }) => traffic),
    ...(authenticate !== undefined && { authenticate }),
    ...(observe !== undefined && { observe }),
    ...(metrics !== undefined && { metrics }),
    ...(traceId !== undefined && { traceId }),
    async close() {
      for (const { close } of opened.toReversed()) await close?.();
    },
  };
}
