import type { Frame } from "puppeteer-core";
import { toInside } from "../tab/library.ts";

/** Elements asked about at a time; a page with more of them has colors, not controls. */
const mostAsked = 1_000;
const wanted =
  /^(?:(?:dbl|aux)?click|mousedown|mouseup|pointerdown|pointerup|touchstart|touchend|contextmenu|dragstart)$/;

/** Those of the refs whose element, or one around it, listens to the mouse. */
export async function findListening(
  frame: Frame,
  refs: readonly string[],
): Promise<ReadonlySet<string>> {
  if (refs.length === 0) return new Set();
  const realm = toInside(frame).isolatedRealm();
  const asked = refs.slice(0, mostAsked);
  const paths = await realm.evaluate(
    (list) => globalThis.fairleadWorld?.lineage(list) ?? [],
    asked,
  );
  const listening = await askBrowser(frame);
  return new Set(asked.filter((_, index) => paths[index]?.some((place) => listening.has(place))));
}

/** Which of the elements that our world has in mind have listeners: only the browser can tell. */
async function askBrowser(frame: Frame): Promise<ReadonlySet<number>> {
  const { client } = toInside(frame);
  const realm = toInside(frame).isolatedRealm();
  const list = await realm.evaluateHandle(() => globalThis.fairleadWorld?.asked ?? []);
  const { objectId } = list.remoteObject();
  if (objectId === undefined) return new Set();
  const found = new Set<number>();
  const ask = async (name: string, id: string) => {
    // Without `pierce` it tells only of listeners of the asking world.
    const about = { objectId: id, pierce: true };
    // One that cannot be asked, such as one that went away meanwhile, is none to act on.
    const asked = await client.send("DOMDebugger.getEventListeners", about).catch(() => undefined);
    if (asked?.listeners.some(({ type }) => wanted.test(type))) found.add(Number(name));
    void client.send("Runtime.releaseObject", { objectId: id }).catch(() => {});
  };
  try {
    const own = { objectId, ownProperties: true };
    const { result } = await client.send("Runtime.getProperties", own);
    await Promise.all(
      result.map(({ name, value }) =>
        /^\d+$/.test(name) && value?.objectId !== undefined ? ask(name, value.objectId) : undefined,
      ),
    );
  } finally {
    await list.dispose().catch(() => {});
  }
  return found;
}
