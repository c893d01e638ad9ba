import { openPolicy } from "./open-policy.ts";
import type { Operations, OperationsHost } from "./operations.ts";
import { openRedis } from "./stores/open-redis.ts";

/** One of them; undefined where the options do not ask for it. */
type Opener = (host: OperationsHost) => Promise<Partial<Operations> | undefined>;

/** In the order in which they stand around a call, the outermost first. */
const openers: readonly Opener[] = [openPolicy];

/** Opens all, and closes in the opposite order. */
export async function openAll(host: OperationsHost): Promise<Operations> {
  const shared = await openRedis(host);
  // It is there before and after everything that counts in it.
  const opened: Partial<Operations>[] = [shared ?? {}];
  const next = { ...host, ...(shared && { limits: shared.limits }) };
  for (const open of openers) opened.push((await open(next)) ?? {});
  const authenticate = opened.map((each) => each.authenticate).find((each) => each !== undefined);
  const policy = opened.find(({ access }) => access !== undefined);
  return {
    middleware: opened.flatMap(({ middleware = [] }) => middleware),
    stores: Object.assign({}, ...opened.map(({ stores }) => stores)),
    ...(authenticate !== undefined && { authenticate }),
    ...(policy?.access && { access: policy.access }),
    ...(policy?.throttle && { throttle: policy.throttle }),
    ...(policy?.onAccess && { onAccess: policy.onAccess }),
    ...(opened.some(({ reread }) => reread !== undefined) && {
      reread: () => {
        for (const { reread } of opened) reread?.();
      },
    }),
    async close() {
      for (const { close } of opened.toReversed()) await close?.();
    },
  };
}
