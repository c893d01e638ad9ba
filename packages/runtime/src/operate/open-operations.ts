import { openAuth } from "./open-auth.ts";
import type { Operations, OperationsHost } from "./operations.ts";

/** One of them; undefined where the options do not ask for it. */
type Opener = (host: OperationsHost) => Promise<Partial<Operations> | undefined>;

/** In the order in which they stand around a call, the outermost first. */
const openers: readonly Opener[] = [openAuth];

/** Opens all, and closes in the opposite order. */
export async function openAll(host: Omit<OperationsHost, "stores">): Promise<Operations> {
  const opened: Partial<Operations>[] = [];
  const toStores = () => Object.assign({}, ...opened.map(({ stores }) => stores));
  for (const open of openers) opened.push((await open({ ...host, stores: toStores() })) ?? {});
  const oauth = opened.map((each) => each.oauth).find((each) => each !== undefined);
  return {
    middleware: opened.flatMap(({ middleware = [] }) => middleware),
    stores: toStores(),
    ...(oauth !== undefined && { oauth }),
    async close() {
      for (const { close } of opened.toReversed()) await close?.();
    },
  };
}
