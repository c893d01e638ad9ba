import { openAuth } from "./open-auth.ts";
import { openPolicy } from "./open-policy.ts";
import type { Operations, OperationsHost } from "./operations.ts";

/** One of them; undefined where the options do not ask for it. */
type Opener = (host: OperationsHost) => Promise<Partial<Operations> | undefined>;

/** In the order in which they stand around a call, the outermost first. */
const openers: readonly Opener[] = [openAuth, openPolicy];

/** Opens all, and closes in the opposite order. */
export async function openAll(host: Omit<OperationsHost, "stores">): Promise<Operations> {
  const opened: Partial<Operations>[] = [];
  const toStores = () => Object.assign({}, ...opened.map(({ stores }) => stores));
  for (const open of openers) opened.push((await open({ ...host, stores: toStores() })) ?? {});
  const oauth = opened.map((each) => each.oauth).find((each) => each !== undefined);
  const policy = opened.find(({ access }) => access !== undefined);
  return {
    middleware: opened.flatMap(({ middleware = [] }) => middleware),
    stores: toStores(),
    ...(oauth !== undefined && { oauth }),
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
