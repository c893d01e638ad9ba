import type { CDPSession, ElementHandle, Frame, JSHandle, Realm } from "puppeteer-core";

/** What the library has for a frame and does not say in its types. */
interface Inside {
  /** Where the frame's process is spoken to. */
  readonly client: CDPSession;
  /** A world of its own: it has the page's elements, and the page cannot reach into it. */
  isolatedRealm(): Isolated;
}

interface Isolated extends Pick<Realm, "evaluate" | "evaluateHandle"> {
  transferHandle(handle: ElementHandle): Promise<ElementHandle>;
}

/** The frame as the library itself has it. */
export function toInside(frame: Frame): Inside {
  if (!isInside(frame)) throw new Error("This version of the library has no isolated realm.");
  return frame;
}

function isInside(frame: object): frame is Inside {
  return "isolatedRealm" in frame && "client" in frame;
}

export function isElement(handle: JSHandle): handle is ElementHandle {
  return handle.asElement() !== null;
}

/** The element as our own world has it: what a page has made of its methods does not count there. */
export function toIsolated(handle: ElementHandle): Promise<ElementHandle> {
  return toInside(handle.frame).isolatedRealm().transferHandle(handle);
}

/** What the browser calls a frame; the library has it and does not say so in its types. */
export function toId(frame: Frame): string | undefined {
  return "_id" in frame && typeof frame._id === "string" ? frame._id : undefined;
}
