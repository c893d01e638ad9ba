import type { Roles } from "./roles.ts";

/** How an element is called. */
export interface Names {
  nameOf(element: Element, role: string): string;
  /** Whether the role takes its name from what it contains. */
  isNamedByContent(role: string): boolean;
  /** The nodes below an element as they are shown: shadow trees and slots in their places. */
  childrenOf(element: Element): readonly Node[];
  /** Forgets what was seen of the whole page, which may have changed. */
  refresh(): void;
}

/** Names as accname 1.2 and HTML-AAM compute them. Runs in the page. */
export function createNames({ roleOf, tagOf }: Roles): Names {
  /** Characters of a name: nobody reads more of one, and a page may have a book in it. */
  const longest = 2_000;
  const deepest = 60;
  const byContent = new Set(
    (
      "button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox " +
      "menuitemradio option radio rowheader switch tab tooltip treeitem"
    ).split(" "),
  );
  const fields = new Set(["textbox", "searchbox", "combobox", "listbox", "slider", "spinbutton"]);
  const labelled = new Set([
    ...["button", "input", "meter", "output", "progress", "select", "textarea"],
  ]);
  const nameless = new Set([
    ...["caption", "code", "definition", "deletion", "emphasis", "generic", "insertion", "mark"],
    ...["none", "paragraph", "strong", "subscript", "superscript", "suggestion", "term", "time"],
  ]);

  interface Walk {
    /** Elements whose names are being made: none is asked twice. */
    readonly seen: Set<Node>;
    /** Below what aria-labelledby names: hidden text counts and is not followed further. */
    readonly referred: boolean;
    /** The element is part of another one's name. */
    readonly nested: boolean;
    readonly depth: number;
  }

  const flat = (text: string) => text.replace(/\s+/g, " ").trim();

  function childrenOf(element: Element): readonly Node[] {
    if (element instanceof HTMLSlotElement) {
      const assigned = element.assignedNodes();
      if (assigned.length > 0) return assigned;
    }
    return [...(element.shadowRoot ?? element).childNodes];
  }

  function scopeOf(element: Element): Document | ShadowRoot {
    const root = element.getRootNode();
    return root instanceof ShadowRoot ? root : document;
  }

  function isHidden(element: Element): boolean {
    if (element.getAttribute("aria-hidden") === "true") return true;
    const style = getComputedStyle(element);
    return style.display === "none" || style.visibility === "hidden";
  }

  let labels: Map<Element, Element[]> | undefined;

  /** The labels of a field, of all fields at once: to ask each of them is slow on a large page. */
  function labelsOf(element: Element): readonly Element[] {
    const root = element.getRootNode();
    if (root === document && labels !== undefined) return labels.get(element) ?? [];
    const found = new Map<Element, Element[]>();
    const scope = root instanceof ShadowRoot || root instanceof Document ? root : undefined;
    for (const label of scope?.querySelectorAll("label") ?? []) {
      if (label.control === null) continue;
      found.set(label.control, [...(found.get(label.control) ?? []), label]);
    }
    if (root === document) labels = found;
    return found.get(element) ?? [];
  }

  let hasPseudos: boolean | undefined;

  /** Whether a style sheet may put words before or after elements: to ask each of them is slow. */
  function mayHavePseudos(element: Element): boolean {
    if (element.getRootNode() !== document) return true;
    if (hasPseudos !== undefined) return hasPseudos;
    const sheets = [...document.styleSheets, ...document.adoptedStyleSheets];
    hasPseudos = sheets.some((sheet) => {
      try {
        return [...sheet.cssRules].some(
          (rule) => rule instanceof CSSImportRule || /:(?:before|after)/.test(rule.cssText),
        );
      } catch {
        // Another site's, which is not for us to read.
        return true;
      }
    });
    return hasPseudos;
  }

  /** The words that CSS puts before or after an element. */
  function ofPseudo(element: Element, which: "::before" | "::after"): string {
    if (!mayHavePseudos(element)) return "";
    const { content } = getComputedStyle(element, which);
    const [, alternative] = /\/\s*"((?:[^"\\]|\\.)*)"$/.exec(content) ?? [];
    const text = alternative ?? /^"((?:[^"\\]|\\.)*)"$/.exec(content)?.[1];
    return text === undefined ? "" : text.replace(/\\(.)/g, "$1");
  }

  function ofContent(element: Element, walk: Walk): string {
    let text = ofPseudo(element, "::before");
    for (const child of childrenOf(element)) {
      if (text.length > longest) break;
      if (child instanceof Text) text += child.data;
      else if (child instanceof Element) text += ofPart(child, walk);
    }
    return text + ofPseudo(element, "::after");
  }

  function ofPart(child: Element, walk: Walk): string {
    const tag = tagOf(child);
    if (["script", "style", "noscript", "template"].includes(tag)) return "";
    if (tag === "br" || tag === "wbr") return tag === "br" ? " " : "";
    const part = compute(child, { ...walk, nested: true, depth: walk.depth + 1 });
    const { display } = getComputedStyle(child);
    return display === "inline" || display === "contents" ? part : ` ${part} `;
  }

  function ofReferences(element: Element, walk: Walk): string {
    const ids = element.getAttribute("aria-labelledby");
    if (ids === null) return "";
    const scope = scopeOf(element);
    const parts = ids.split(/\s+/).map((id) => {
      const found = id === "" ? null : scope.getElementById(id);
      if (found === null) return "";
      const again = found === element ? new Set<Node>() : walk.seen;
      return compute(found, { ...walk, seen: again, referred: true, nested: true });
    });
    return flat(parts.join(" "));
  }

  /** What a control inside a label or a name stands for: its value. */
  function ofField(element: Element, role: string): string | undefined {
    if (element instanceof HTMLSelectElement) {
      return [...element.selectedOptions].map(({ label }) => label).join(" ");
    }
    if (role === "slider" || role === "spinbutton" || role === "progressbar") {
      const given = element.getAttribute("aria-valuetext") ?? element.getAttribute("aria-valuenow");
      if (given !== null) return given;
    }
    if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
      return element.type === "password" ? "" : element.value;
    }
    return role === "textbox" ? (element.textContent ?? "") : undefined;
  }

  function ofChild(element: Element, tag: string, walk: Walk): string {
    const child = [...element.children].find((one) => tagOf(one) === tag);
    return child === undefined ? "" : ofContent(child, { ...walk, nested: true });
  }

  /** What HTML and SVG themselves call a name. */
  function ofHost(element: Element, walk: Walk): string {
    const tag = tagOf(element);
    if (element instanceof HTMLInputElement) {
      const { type, value } = element;
      if (type === "image") return element.alt || element.title || "Submit";
      if (["button", "submit", "reset"].includes(type) && value !== "") return value;
    }
    if (labelled.has(tag) && element instanceof HTMLElement) {
      const labels = walk.nested && walk.referred ? [] : labelsOf(element);
      const parts = labels.map((label) => compute(label, { ...walk, nested: true }));
      if (parts.some((part) => part.trim() !== "")) return parts.join(" ");
      if (element instanceof HTMLInputElement && !element.title) {
        if (element.type === "submit") return "Submit";
        if (element.type === "reset") return "Reset";
      }
      return "";
    }
    if (tag === "img" || tag === "area") return element.getAttribute("alt") ?? "";
    if (element instanceof HTMLOptionElement) return element.getAttribute("label") ?? "";
    if (element instanceof HTMLOptGroupElement) return element.label;
    if (tag === "fieldset") return ofChild(element, "legend", walk);
    if (tag === "table") return ofChild(element, "caption", walk);
    if (tag === "figure") return ofChild(element, "figcaption", walk);
    return element instanceof SVGElement ? ofChild(element, "title", walk) : "";
  }

  function ofHint(element: Element): string {
    const title = element.getAttribute("title") ?? "";
    if (title.trim() !== "") return title;
    const hint =
      element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
        ? element.placeholder
        : "";
    return hint || (element.getAttribute("aria-placeholder") ?? "");
  }

  function compute(element: Element, walk: Walk, role = roleOf(element)): string {
    if (walk.seen.has(element) || walk.depth > deepest) return "";
    if (!walk.referred && walk.nested && isHidden(element)) return "";
    walk.seen.add(element);
    if (!walk.referred || !walk.nested) {
      const referred = ofReferences(element, walk);
      if (referred !== "") return referred;
    }
    if (walk.nested && fields.has(role)) {
      const value = ofField(element, role);
      if (value !== undefined) return value;
    }
    const label = element.getAttribute("aria-label") ?? "";
    if (label.trim() !== "") return label;
    const host = ofHost(element, walk);
    if (host.trim() !== "") return host;
    if (byContent.has(role) || walk.nested) {
      const content = ofContent(element, walk);
      if (flat(content) !== "") return content;
    }
    return ofHint(element);
  }

  function nameOf(element: Element, role: string): string {
    const start = { seen: new Set<Node>(), referred: false, nested: false, depth: 0 };
    if (nameless.has(role)) return role === "generic" ? flat(ofHint(element)) : "";
    return flat(compute(element, start, role)).slice(0, longest);
  }

  function refresh(): void {
    labels = undefined;
    hasPseudos = undefined;
  }

  return { nameOf, isNamedByContent: (role) => byContent.has(role), childrenOf, refresh };
}
