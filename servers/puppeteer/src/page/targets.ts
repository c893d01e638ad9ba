import type { Roles } from "./roles.ts";

/** What of an element a person could use or see, whatever its role says. */
export interface Targets {
  /** Why it can be acted on, such as `clickable`; nothing for what only its role makes usable. */
  marksOf(element: Element, style: CSSStyleDeclaration, parent: Element | null): string[];
  /** How it shows itself without words: its color, or empty for a picture; undefined for nothing. */
  paintOf(element: Element, style: CSSStyleDeclaration): string | undefined;
  /** Whether it is there to be seen, or keeps its room without being seen, or is not shown. */
  presenceOf(element: Element, style: CSSStyleDeclaration): "shown" | "hidden" | "absent";
}

/** Runs in the page. Listeners cannot be seen from here; the browser is asked for them apart. */
export function createTargets({ tagOf }: Roles): Targets {
  const handlers = new Set([
    ...["onclick", "ondblclick", "onmousedown", "onmouseup", "onpointerdown", "onpointerup"],
    ...["ontouchstart", "ontouchend", "oncontextmenu"],
  ]);
  const grips = /^(?:grab|grabbing|move|[a-z]+-resize)$/;
  const shapes = new Set([
    ...["circle", "ellipse", "image", "line", "path", "polygon", "polyline", "rect", "text"],
    "use",
  ]);
  const clear = /^(?:transparent|rgba\(.*, 0\)|none|)$/;

  function isScroller(element: Element, style: CSSStyleDeclaration): boolean {
    const { overflow } = style;
    if (overflow === "visible" || overflow === "hidden" || overflow === "clip") return false;
    const { overflowX, overflowY } = style;
    const turns = (overflow: string) => overflow === "auto" || overflow === "scroll";
    if (!turns(overflowX) && !turns(overflowY)) return false;
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = element;
    if (element === document.body || element === document.documentElement) return false;
    return (
      (turns(overflowY) && scrollHeight > clientHeight + 1) ||
      (turns(overflowX) && scrollWidth > clientWidth + 1)
    );
  }

  function isHost(element: Element): boolean {
    const given = element.getAttribute("contenteditable");
    return given !== null && given !== "false" && given !== "inherit";
  }

  function marksOf(element: Element, style: CSSStyleDeclaration, parent: Element | null): string[] {
    const marks: string[] = [];
    const attributes = element.getAttributeNames();
    const { cursor } = style;
    const points = cursor === "pointer";
    const inherited = points && parent !== null && getComputedStyle(parent).cursor === "pointer";
    const handled = attributes.some((name) => handlers.has(name));
    if (handled || (points && !inherited)) marks.push("clickable");
    if (isDraggable(element)) marks.push("draggable");
    else if (grips.test(cursor)) {
      const same = parent !== null && getComputedStyle(parent).cursor === cursor;
      if (!same) marks.push("draggable");
    }
    if (isHost(element)) marks.push("editable");
    if (isScroller(element, style)) marks.push("scrollable");
    const index = element.getAttribute("tabindex");
    if (index !== null && Number(index) >= 0 && marks.length === 0) marks.push("focusable");
    return marks;
  }

  function isDraggable(element: Element): boolean {
    return element.getAttribute("draggable") === "true";
  }

  function paintOf(element: Element, style: CSSStyleDeclaration): string | undefined {
    if (shapes.has(tagOf(element))) {
      const paint = clear.test(style.fill) ? style.stroke : style.fill;
      return clear.test(paint) ? undefined : paint;
    }
    if (element instanceof SVGElement) return undefined;
    const { width, height } = element.getBoundingClientRect();
    if (width < 3 || height < 3) return undefined;
    if (style.content.startsWith("url(") || style.backgroundImage !== "none") return "";
    if (!clear.test(style.backgroundColor)) return style.backgroundColor;
    const framed = Number.parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none";
    return framed ? "" : undefined;
  }

  function presenceOf(element: Element, style: CSSStyleDeclaration): "shown" | "hidden" | "absent" {
    // One question for what most elements are: each costs as much as all else about them.
    if (element.checkVisibility({ visibilityProperty: true })) return "shown";
    const present = style.display === "contents" || element.checkVisibility();
    if (!present) return "absent";
    return style.visibility === "visible" ? "shown" : "hidden";
  }

  return { marksOf, paintOf, presenceOf };
}
