/** What an element is to a reader: its ARIA role, by its own word or by what HTML makes of it. */
export interface Roles {
  roleOf(element: Element): string;
  /** The element's name, in lower case in HTML and SVG alike. */
  tagOf(element: Element): string;
}

/**
 * Roles as HTML-AAM and WAI-ARIA 1.2 have them. Runs in the page: everything it uses stands
 * inside it.
 */
export function createRoles(): Roles {
  const known = new Set(
    (
      "alert alertdialog application article banner blockquote button caption cell checkbox code " +
      "columnheader combobox comment complementary contentinfo definition deletion dialog directory " +
      "document emphasis feed figure form generic graphics-document graphics-object graphics-symbol " +
      "grid gridcell group heading img insertion link list listbox listitem log main mark marquee " +
      "math menu menubar menuitem menuitemcheckbox menuitemradio meter navigation none note option " +
      "paragraph presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar " +
      "search searchbox separator slider spinbutton status strong subscript suggestion superscript " +
      "switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid " +
      "treeitem doc-abstract doc-chapter doc-footnote doc-noteref doc-tip"
    ).split(" "),
  );
  const plain: Readonly<Record<string, string>> = {
    address: "group",
    article: "article",
    blockquote: "blockquote",
    button: "button",
    canvas: "canvas",
    caption: "caption",
    code: "code",
    datalist: "listbox",
    dd: "definition",
    del: "deletion",
    details: "group",
    dfn: "term",
    dialog: "dialog",
    dt: "term",
    em: "emphasis",
    fieldset: "group",
    figcaption: "caption",
    figure: "figure",
    h1: "heading",
    h2: "heading",
    h3: "heading",
    h4: "heading",
    h5: "heading",
    h6: "heading",
    hr: "separator",
    html: "document",
    iframe: "iframe",
    ins: "insertion",
    main: "main",
    mark: "mark",
    math: "math",
    menu: "list",
    meter: "meter",
    nav: "navigation",
    ol: "list",
    optgroup: "group",
    option: "option",
    output: "status",
    p: "paragraph",
    progress: "progressbar",
    s: "deletion",
    search: "search",
    strong: "strong",
    sub: "subscript",
    summary: "button",
    sup: "superscript",
    svg: "img",
    table: "table",
    tbody: "rowgroup",
    textarea: "textbox",
    tfoot: "rowgroup",
    thead: "rowgroup",
    time: "time",
    ul: "list",
    video: "video",
    audio: "audio",
  };
  const inputs: Readonly<Record<string, string>> = {
    button: "button",
    checkbox: "checkbox",
    color: "color",
    date: "date",
    "datetime-local": "date",
    file: "file",
    image: "button",
    month: "date",
    number: "spinbutton",
    radio: "radio",
    range: "slider",
    reset: "button",
    submit: "button",
    time: "time-input",
    week: "date",
  };
  const sections = "article, aside, main, nav, section, [role=article], [role=complementary]";
  const isNamed = (element: Element) =>
    ["aria-label", "aria-labelledby", "title"].some((name) => element.getAttribute(name)?.trim());
  const rows = new Set(["tbody", "thead", "tfoot", "tr", "td", "th"]);
  const tagOf = (element: Element) => element.localName.toLowerCase();

  function ofInput(input: HTMLInputElement): string {
    const listed = input.hasAttribute("list");
    if (input.type === "search") return listed ? "combobox" : "searchbox";
    const found = inputs[input.type];
    if (found !== undefined) return found;
    return listed ? "combobox" : "textbox";
  }

  function ofCell(cell: Element): string {
    const table = cell.closest("table, [role=grid], [role=treegrid], [role=table]");
    const kind = table?.getAttribute("role") ?? "table";
    const plainCell = kind === "grid" || kind === "treegrid" ? "gridcell" : "cell";
    if (tagOf(cell) === "td") return plainCell;
    const scope = cell.getAttribute("scope");
    if (scope === "row" || scope === "rowgroup") return "rowheader";
    if (scope === "col" || scope === "colgroup") return "columnheader";
    const isHead = cell.parentElement?.querySelector(":scope > td") === null;
    return isHead ? "columnheader" : "rowheader";
  }

  function ofTag(element: Element): string {
    const tag = tagOf(element);
    if (element instanceof HTMLInputElement) return ofInput(element);
    if (element instanceof HTMLSelectElement) {
      return element.multiple || element.size > 1 ? "listbox" : "combobox";
    }
    if (tag === "a" || tag === "area") {
      return element.hasAttribute("href") || element.hasAttribute("xlink:href")
        ? "link"
        : "generic";
    }
    if (tag === "img") {
      const empty = element.getAttribute("alt") === "" && !isNamed(element);
      return empty ? "none" : "img";
    }
    if (tag === "section") return isNamed(element) ? "region" : "generic";
    if (tag === "form") return isNamed(element) ? "form" : "generic";
    if (tag === "header") return element.parentElement?.closest(sections) ? "generic" : "banner";
    if (tag === "footer") {
      return element.parentElement?.closest(sections) ? "generic" : "contentinfo";
    }
    if (tag === "aside") {
      const inside = element.parentElement?.closest("article, aside, nav, section");
      return inside && !isNamed(element) ? "generic" : "complementary";
    }
    if (tag === "li") {
      return element.parentElement?.closest("ul, ol, menu, [role=list]") ? "listitem" : "generic";
    }
    if (tag === "tr") return element.closest("table, [role]") ? "row" : "generic";
    if (tag === "td" || tag === "th") return ofCell(element);
    return Object.hasOwn(plain, tag) ? (plain[tag] ?? "generic") : "generic";
  }

  /** What can be used stays what it is: ARIA lets nobody hide a control behind `none`. */
  function isKept(element: Element): boolean {
    const disabled = element.matches(":disabled");
    const takesFocus = element instanceof HTMLElement || element instanceof SVGElement;
    if (takesFocus && element.tabIndex >= 0 && !disabled) return true;
    return ["aria-label", "aria-labelledby", "aria-describedby", "aria-live"].some((name) =>
      element.getAttribute(name)?.trim(),
    );
  }

  /** Rows and items lose their meaning with the table or list they belong to. */
  function losesRole(element: Element): boolean {
    const tag = tagOf(element);
    if (tag !== "li" && !rows.has(tag)) return false;
    const owner = element.closest(tag === "li" ? "ul, ol, menu" : "table");
    const role = owner?.getAttribute("role")?.trim();
    return owner !== null && (role === "none" || role === "presentation") && !isKept(owner);
  }

  function roleOf(element: Element): string {
    const given = element.getAttribute("role");
    if (given !== null) {
      const words = given.toLowerCase().split(/\s+/);
      const named = isNamed(element);
      const found = words.find(
        (word) => known.has(word) && (named || (word !== "form" && word !== "region")),
      );
      if (found !== undefined && found !== "none" && found !== "presentation") {
        return found === "directory" ? "list" : found;
      }
      if (found !== undefined) return isKept(element) ? ofTag(element) : "none";
    }
    return losesRole(element) ? "none" : ofTag(element);
  }

  return { roleOf, tagOf };
}
