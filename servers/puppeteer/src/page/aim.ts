/** Where an element can be hit by the mouse, or why it cannot. */
export type Aim =
  | { readonly x: number; readonly y: number }
  | { readonly problem: "gone" | "disabled" | "details" | "hidden" | "empty" | "option" }
  | { readonly problem: "covered"; readonly cover: string };

export interface Offset {
  readonly x: number;
  readonly y: number;
}

/**
 * Brings an element into view and finds a point of it that nothing covers. Runs in the page:
 * everything it uses stands inside it.
 */
export function aimAt(element: Element, offset: Offset | null): Aim {
  const parentOf = (node: Node): Node | null =>
    node instanceof ShadowRoot
      ? node.host
      : (node instanceof Element && node.assignedSlot) || node.parentNode;
  const contains = (outer: Node, inner: Node) => {
    for (let node: Node | null = inner; node !== null; node = parentOf(node)) {
      if (node === outer) return true;
    }
    return false;
  };
  const hitAt = (x: number, y: number): Element | null => {
    let hit = document.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (inner === null || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
  const rectsOf = (): DOMRect[] => {
    const isShown = ({ width, height }: DOMRect) => width > 0 && height > 0;
    const own = [...element.getClientRects()].filter(isShown);
    if (own.length > 0) return own;
    // Without a box of its own (`display: contents`, or empty around what is larger than itself).
    const range = document.createRange();
    range.selectNodeContents(element);
    return [...range.getClientRects()].filter(isShown);
  };
  const isTarget = (hit: Element): boolean => {
    if (contains(element, hit)) return true;
    const label = hit.closest("label");
    if (label !== null && (label.control === element || contains(label, element))) return true;
    const through = getComputedStyle(element).pointerEvents === "none";
    return element instanceof HTMLAreaElement || (through && contains(hit, element));
  };

  if (!element.isConnected) return { problem: "gone" };
  if (element instanceof HTMLOptionElement && element.getClientRects().length === 0) {
    return { problem: "option" };
  }
  if (element.matches(":disabled")) return { problem: "disabled" };
  const { display, visibility } = getComputedStyle(element);
  if (display !== "contents" && !element.checkVisibility()) {
    const closed = element.closest("details:not([open])");
    return { problem: closed !== null && display !== "none" ? "details" : "hidden" };
  }
  if (visibility !== "visible" || element.closest("[inert]")) return { problem: "hidden" };
  const isInView = ({ left, top, right, bottom }: DOMRect) =>
    left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
  const bringIntoView = () =>
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  /** A box around it that scrolls may show none of it, though it lies inside the view. */
  const isCutOff = () => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    for (let node = parentOf(element); node !== null; node = parentOf(node)) {
      if (!(node instanceof Element) || node === document.body) continue;
      if (node === document.documentElement) return false;
      if (getComputedStyle(node).overflow === "visible") continue;
      const outer = node.getBoundingClientRect();
      const [across, down] = [(left + right) / 2, (top + bottom) / 2];
      if (across < outer.left || across > outer.right) return true;
      if (down < outer.top || down > outer.bottom) return true;
    }
    return false;
  };
  if (!rectsOf().some(isInView) || isCutOff()) bringIntoView();
  const rects = rectsOf();
  if (rects.length === 0) return { problem: "empty" };
  const box = element.getBoundingClientRect();
  const points = offset
    ? [{ x: box.left + offset.x, y: box.top + offset.y }]
    : rects.slice(0, 20).flatMap((rect) => {
        const [left, right] = [Math.max(rect.left, 0), Math.min(rect.right, innerWidth)];
        const [top, bottom] = [Math.max(rect.top, 0), Math.min(rect.bottom, innerHeight)];
        return [0.5, 0.2, 0.8].flatMap((across) =>
          [0.5, 0.2, 0.8].map((down) => ({
            x: left + (right - left) * across,
            y: top + (bottom - top) * down,
          })),
        );
      });
  let cover: Element | null = null;
  for (const { x, y } of points) {
    const hit = hitAt(x, y);
    // A point that an offset names may lie next to the element, as a shadow or a handle does.
    if (hit !== null && (offset !== null || isTarget(hit))) return { x, y };
    cover ??= hit;
  }
  if (cover === null) return { problem: "empty" };
  const { role = "", name = "" } = globalThis.fairleadWorld?.describe(cover) ?? {};
  const isPage = cover === document.body || cover === document.documentElement;
  const text = isPage ? "" : (cover.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 80);
  const words = isPage ? "" : name || text;
  const id = cover.id === "" ? "" : `#${cover.id}`;
  const what = role === "" || role === "generic" || role === "none" ? cover.localName : role;
  return { problem: "covered", cover: `${what}${id}${words === "" ? "" : ` "${words}"`}` };
}
