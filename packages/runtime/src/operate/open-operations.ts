import { combine } from "@fairlead/operate/telemetry";
import { openAudit } from "./openers/open-audit.ts";
import { openAuth } from "./openers/open-auth.ts";
import { openPolicy } from "./openers/open-policy.ts";
import { openTelemetry } from "./openers/open-telemetry.ts";
import type { Operations, OperationsHost } from "./operations.ts";
import { openRedis } from "./stores/open-redis.ts";

/** One of them; undefined where the options do not ask for it. */
type Opener = (host: OperationsHost) => Promise<Partial<Operations> | undefined>;

/** In the order in which they stand around a call, the outermost first. */
const openers: readonly Opener[] = [openAuth, openTelemetry, openAudit, openPolicy];

/** Opens all, and closes in the opposite order. */
export async function openAll(host: Omit<OperationsHost, "stores">): Promise<Operations> {
  const shared = await openRedis(host);
  // It is there before and after everything that keeps or counts something in it.
  const opened: Partial<Operations>[] = [shared ?? {}];
  const stores = shared?.stores ?? {};
  const next = { ...host, stores, ...(shared && { limits: shared.limits }) };
  for (const open of openers) opened.push((await open(next)) ?? {});
  const oauth = opened.map((each) => each.oauth).find((each) => each !== undefined);
  const policy = opened.find(({ access }) => access !== undefined);
  const audit = opened.find(({ denied }) => denied !== undefined);
  const observe = combine(opened.flatMap((each) => each.observe ?? []));
  const metrics = opened.map((each) => each.metrics).find((each) => each !== undefined);
  const traceId = opened.map((each) => each.traceId).find((each) => each !== undefined);
  return {
    middleware: opened.flatMap(({ middleware = [] }) => middleware),
    stores,
    traffic: opened.flatMap(({ traffic = [] }) => traffic),
    ...(oauth !== undefined && { oauth }),
    ...(policy?.access && { access: policy.access }),
    ...(policy?.throttle && { throttle: policy.throttle }),
    ...(policy?.onAccess && { onAccess: policy.onAccess }),
    ...(audit?.denied && { denied: audit.denied }),
    ...(opened.some(({ reread }) => reread !== undefined) && {
      reread: () => {
        for (const { reread } of opened) reread?.();
      },
    }),
    ...(observe !== undefined && { observe }),
    ...(metrics !== undefined && { metrics }),
    ...(traceId !== undefined && { traceId }),
    async close() {
      for (const { close } of opened.toReversed()) await close?.();
    },
  };
}
