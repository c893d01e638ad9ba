import { openAudit } from "./open-audit.ts";
import type { Operations, OperationsHost } from "./operations.ts";

/** One of them; undefined where the options do not ask for it. */
type Opener = (host: OperationsHost) => Promise<Partial<Operations> | undefined>;

/** In the order in which they stand around a call, the outermost first. */
const openers: readonly Opener[] = [openAudit];

/** Opens all, and closes in the opposite order. */
export async function openAll(host: OperationsHost): Promise<Operations> {
  const opened: Partial<Operations>[] = [];
  for (const open of openers) opened.push((await open(host)) ?? {});
  const denied = opened.flatMap((each) => (each.denied === undefined ? [] : [each.denied]));
  const rereads = opened.flatMap((each) => (each.reread === undefined ? [] : [each.reread]));
  const authenticate = opened.map((each) => each.authenticate).find((each) => each !== undefined);
  return {
    middleware: opened.flatMap(({ middleware = [] }) => middleware),
    stores: Object.assign({}, ...opened.map(({ stores }) => stores)),
    ...(authenticate !== undefined && { authenticate }),
    ...(denied.length > 0 && {
      denied: (denial) => {
        for (const tell of denied) tell(denial);
      },
    }),
    ...(rereads.length > 0 && {
      reread: () => {
        for (const reread of rereads) reread();
      },
    }),
    async close() {
      for (const { close } of opened.toReversed()) await close?.();
    },
  };
}
