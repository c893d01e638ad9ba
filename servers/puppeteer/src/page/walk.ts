import type { Draft, Lines } from "./lines.ts";
import type { Names } from "./names.ts";
import type { Roles } from "./roles.ts";
import type { States } from "./states.ts";
import type { Targets } from "./targets.ts";

export interface WalkParts {
  readonly roles: Roles;
  readonly names: Names;
  readonly states: States;
  readonly targets: Targets;
}

export interface WalkPlan {
  readonly root: Element;
  readonly depth: number;
  readonly milliseconds: number;
  readonly lines: Lines;
}

/** Walks what is shown below an element; false where the time was not enough. Runs in the page. */
export function createWalk({ roles, names, states, targets }: WalkParts) {
  const { roleOf, tagOf } = roles;
  const list = (words: string) => new Set(words.split(" "));
  const skipped = list(
    "base clippath defs desc filter head lineargradient link marker mask meta metadata noscript param pattern radialgradient script source style symbol template title track",
  );
  /** Always worth a line; others only with a name, or where a person can act on them. */
  const shown = list(
    "alert alertdialog banner button canvas cell checkbox color columnheader combobox complementary contentinfo date dialog file form grid gridcell heading iframe img link listbox listitem log main menu menubar menuitem menuitemcheckbox menuitemradio meter navigation option progressbar radio radiogroup region row rowheader scrollbar search searchbox slider spinbutton status switch tab table tablist tabpanel textbox time-input toolbar tooltip tree treegrid treeitem video audio",
  );
  const withName = list("article figure group list math note separator feed document application");
  /** Their first words stand on their own line; what else is in them follows below. */
  const holders = list(
    "alert cell columnheader gridcell listitem log row rowheader status tooltip treeitem",
  );
  const leaves = list(
    "audio canvas color date file iframe meter progressbar searchbox spinbutton time-input video",
  );
  /** Their role says that they can be used. */
  const usual = list(
    "button checkbox combobox link listbox menuitem menuitemcheckbox menuitemradio option radio searchbox slider spinbutton switch tab textbox",
  );
  /** Part of the text around them. */
  const inline = list(
    "abbr acronym b bdi bdo big br cite code data del dfn em font i ins kbd mark q rp rt ruby s samp small strong sub sup time tt u var wbr",
  );

  interface Place {
    readonly depth: number;
    /** Whose text it is. */
    readonly owner: Element;
    /** The text is already said by a name above. */
    readonly said: boolean;
    readonly hidden: boolean;
    /** Hidden from readers, not from people: only what can be acted on is told. */
    readonly muted: boolean;
    readonly code: boolean;
  }
  type Task = { readonly node: Node; readonly place: Place } | { readonly leave: () => void };

  return function walk({ root, depth: deepest, milliseconds, lines }: WalkPlan): boolean {
    const until = performance.now() + milliseconds;
    // Not by way of the document: what a page names `documentElement` would stand before it.
    const page = root.getRootNode() === document ? root.closest(":root") : null;
    let waiting: Draft | undefined;
    let run: { readonly owner: Element; readonly place: Place; text: string } | undefined;
    let told = 0;

    const start = { depth: 0, owner: root, said: false, hidden: false, muted: false, code: false };
    const tasks: Task[] = [{ node: root, place: start }];

    /** The last comes first, so that the first is the next to be taken. */
    function follow(nodes: readonly Node[], place: Place): void {
      for (let at = nodes.length - 1; at >= 0; at -= 1) {
        const node = nodes[at];
        if (node !== undefined) tasks.push({ node, place });
      }
    }

    function tell(draft: Draft): void {
      if (waiting !== undefined) lines.add(waiting);
      waiting = draft;
      told += 1;
    }

    function endRun(): void {
      const text = run?.text.replace(/\s+/g, " ").trim() ?? "";
      const ended = run;
      run = undefined;
      if (ended === undefined || text === "") return;
      const { owner, place } = ended;
      const takes =
        waiting !== undefined && waiting.name === "" && waiting.depth === place.depth - 1;
      if (waiting !== undefined && takes && !leaves.has(waiting.role) && waiting.role !== "page") {
        const marked = waiting.flags.length > 0 || !holders.has(waiting.role);
        waiting.name = text;
        if (!marked && waiting.element.contains(owner)) waiting.owner = owner;
        told += 1;
        return;
      }
      tell({ element: owner, owner, depth: place.depth, role: "text", name: text, flags: [] });
    }

    function enterText(node: Text, place: Place): void {
      if (place.said || place.hidden || place.muted || place.depth > deepest) return;
      if (run !== undefined && run.owner !== place.owner) endRun();
      run ??= { owner: place.owner, place, text: "" };
      if (run.text.length < 20_000) run.text += node.data;
    }

    function describe(element: Element, role: string, marks: readonly string[], place: Place) {
      const isRoot = element === page;
      const named = element.hasAttribute("aria-label") || element.hasAttribute("aria-labelledby");
      const name = isRoot
        ? String(Reflect.get(Document.prototype, "title", document))
        : holders.has(role) && !named
          ? (element.getAttribute("title") ?? "")
          : names.nameOf(element, role);
      const link = role === "link" && "href" in element ? element.href : undefined;
      const url = link instanceof SVGAnimatedString ? link.baseVal : link;
      const plain = role === "none" || role === "generic";
      const word = plain ? wordOf(element) : role;
      const isNews = (mark: string) =>
        !usual.has(role) || (mark !== "clickable" && mark !== "focusable");
      return {
        element,
        owner: element,
        depth: place.depth,
        role: isRoot ? "page" : word,
        name: name.replace(/\s+/g, " ").trim(),
        flags: isRoot ? [] : [...states.flagsOf(element, role), ...marks.filter(isNews)],
        value: states.heldBy(element, role),
        url: url === undefined ? undefined : String(url),
        frame: role === "iframe" ? true : undefined,
      };
    }

    function tellOptions(element: HTMLSelectElement, place: Place): void {
      for (const option of element.options) {
        if (lines.full) return;
        if (place.depth + 1 <= deepest) {
          const below = { ...place, depth: place.depth + 1 };
          tell(describe(option, "option", [], below));
        }
      }
    }

    /** What has no role is known by its shape in a drawing. */
    function wordOf(element: Element): string {
      return element instanceof SVGElement ? tagOf(element) : "generic";
    }

    function colorOf(paint: string): string[] {
      return paint === "" ? [] : [`color=${paint.replaceAll(" ", "")}`];
    }

    /** What can be used and shows its color alone, or is part of a drawing: told with the color. */
    function leaveUsable(element: Element, style: CSSStyleDeclaration): void {
      const colored = waiting?.name === "" || element instanceof SVGElement;
      if (waiting === undefined || waiting.element !== element || !colored) return;
      waiting.flags = [...colorOf(targets.paintOf(element, style) ?? ""), ...waiting.flags];
    }

    /** What showed no words: told where its color or picture is there to be seen. */
    function leaveWordless(element: Element, style: CSSStyleDeclaration, place: Place): void {
      const color = targets.paintOf(element, style);
      if (color === undefined || place.depth > deepest) return;
      const flags = colorOf(color);
      const role = wordOf(element);
      const draft = { element, owner: element, depth: place.depth, role, name: "", flags };
      tell({ ...draft, doubtful: true });
    }

    function enter(element: Element, place: Place): void {
      const tag = tagOf(element);
      if (skipped.has(tag) || element.hasAttribute("inert")) return;
      const style = getComputedStyle(element);
      const presence = targets.presenceOf(element, style);
      if (presence === "absent") return;
      const hidden = presence === "hidden";
      const muted = place.muted || element.getAttribute("aria-hidden") === "true";
      const role = roleOf(element);
      const isRoot = element === page;
      const marks = hidden || isRoot ? [] : targets.marksOf(element, style, element.parentElement);
      const usable = marks.length > 0;
      const children = names.childrenOf(element);
      if (!usable && !shown.has(role) && (inline.has(tag) || (place.code && tag === "span"))) {
        if (tag === "br" && run !== undefined) run.text += " ";
        follow(children, { ...place, hidden, muted, code: place.code || tag === "code" });
        return;
      }
      endRun();
      const isPicture = tag === "svg" && !usable;
      const always = usable || isRoot || (shown.has(role) && !isPicture);
      const canTell = !hidden && (!muted || usable) && place.depth <= deepest;
      // Described only where it may be told: most of a large page never is.
      const draft =
        canTell && (always || isPicture || withName.has(role))
          ? describe(element, role, marks, place)
          : undefined;
      const tells = draft !== undefined && (always || draft.name !== "");
      if (tells) tell(draft);
      if (tag === "select" && element instanceof HTMLSelectElement) {
        if (tells) tellOptions(element, place);
        return;
      }
      if (leaves.has(role) || tag === "img" || tag === "textarea") return;
      const said =
        tells && draft.name !== "" && names.isNamedByContent(role) && !holders.has(role)
          ? draft.name.length <= 200
          : place.said && !usable;
      const below = {
        depth: place.depth + (tells ? 1 : 0),
        owner: element,
        said,
        hidden,
        muted,
        code: place.code || tag === "pre" || tag === "code",
      };
      const before = told;
      const leave = () => {
        endRun();
        if (tells && usable) leaveUsable(element, style);
        const wordless = told === before && !tells && !hidden && !said && !isRoot;
        if (wordless && element !== document.body) leaveWordless(element, style, place);
      };
      tasks.push({ leave });
      follow(children, below);
    }

    /** As `enter`, also for a form whose fields are named as what we would ask it for. */
    function enterSafely(element: Element, place: Place): void {
      try {
        enter(element, place);
      } catch {
        const below: unknown = Reflect.get(Node.prototype, "childNodes", element);
        if (below instanceof NodeList) follow([...below], place);
      }
    }

    let steps = 0;
    // A stack and not recursion: a page may be nested deeper than the language allows.
    for (let task = tasks.pop(); task !== undefined && !lines.full; task = tasks.pop()) {
      steps += 1;
      if (steps % 256 === 0 && performance.now() > until) return false;
      if ("leave" in task) task.leave();
      else if (task.node instanceof Text) enterText(task.node, task.place);
      else if (task.node instanceof Element) enterSafely(task.node, task.place);
    }
    endRun();
    if (waiting !== undefined) lines.add(waiting);
    return true;
  };
}
