import { combine } from "@fairlead/operate/telemetry";
import { openAudit } from "./openers/open-audit.ts";
import { openAuth } from "./openers/open-auth.ts";
import { openPolicy } from "./openers/open-policy.ts";
import { openTelemetry } from "./openers/open-telemetry.ts";
import type { Operations, OperationsHost } from "./operations.ts";
import { OptionProblems } from "./option-problems.ts";
import { openRedis } from "./stores/open-redis.ts";

/** One of them; undefined where the options do not ask for it. */
type Opener = (host: OperationsHost) => Promise<Partial<Operations> | undefined>;

/** In the order in which they stand around a call, the outermost first. */
const openers: readonly Opener[] = [openAuth, openTelemetry, openAudit, openPolicy];

/**
 * Opens all, and closes in the opposite order. Throws OptionProblems with what is wrong with any of them,
 * and then leaves none open.
 */
export async function openAll(host: Omit<OperationsHost, "stores">): Promise<Operations> {
  const opened: Partial<Operations>[] = [];
  const close = () => closeAll(opened, host);
  const problems: string[] = [];
  const tryOut = async <T extends Partial<Operations>>(opening: Promise<T | undefined>) => {
    try {
      const one = await opening;
      if (one !== undefined) opened.push(one);
      return one;
    } catch (error) {
      if (error instanceof OptionProblems) problems.push(...error.problems);
      else throw error;
    }
    return undefined;
  };
  let stores: Operations["stores"] = {};
  try {
    // It is there before and after everything that keeps or counts something in it.
    const shared = await tryOut(openRedis(host));
    stores = shared?.stores ?? {};
    const next = { ...host, stores, ...(shared && { limits: shared.limits, vault: shared.vault }) };
    for (const open of openers) {
      await tryOut(open({ ...next, meters: opened.flatMap(({ meter }) => meter ?? []) }));
    }
    if (problems.length > 0) throw new OptionProblems(problems);
  } catch (error) {
    await close();
    throw error;
  }
  const oauth = opened.map((each) => each.oauth).find((each) => each !== undefined);
  const signIn = opened.map((each) => each.signIn).find((each) => each !== undefined);
  const policy = opened.find(({ access }) => access !== undefined);
  const audit = opened.find(({ denied }) => denied !== undefined);
  const observe = combine(opened.flatMap((each) => each.observe ?? []));
  const metrics = opened.map((each) => each.metrics).find((each) => each !== undefined);
  const traceId = opened.map((each) => each.traceId).find((each) => each !== undefined);
  return {
    middleware: opened.flatMap(({ middleware = [] }) => middleware),
    features: opened.flatMap(({ features = [] }) => features),
    stores,
    traffic: opened.flatMap(({ traffic = [] }) => traffic),
    ...(oauth !== undefined && { oauth }),
    ...(signIn !== undefined && { signIn }),
    ...(policy?.access && { access: policy.access }),
    ...(policy?.throttle && { throttle: policy.throttle }),
    ...(policy?.onAccess && { onAccess: policy.onAccess }),
    ...(audit?.denied && { denied: audit.denied }),
    ...(audit?.refused && { refused: audit.refused }),
    ...(opened.some(({ reread }) => reread !== undefined) && {
      reread: () => {
        for (const { reread } of opened) reread?.();
      },
    }),
    ...(observe !== undefined && { observe }),
    ...(metrics !== undefined && { metrics }),
    ...(traceId !== undefined && { traceId }),
    close,
  };
}

/** One that cannot be closed is told of, and the others are closed all the same. */
async function closeAll(
  opened: readonly Partial<Operations>[],
  { log }: Pick<OperationsHost, "log">,
): Promise<void> {
  for (const { close } of opened.toReversed()) {
    try {
      await close?.();
    } catch (error) {
      log.error(error, "closing", "-");
    }
  }
}
