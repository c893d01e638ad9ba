import type { Roles } from "./roles.ts";

/** What is so of an element at this moment. */
export interface States {
  /** Facts worth a word, such as `checked` or `level=2`. */
  flagsOf(element: Element, role: string): string[];
  /** What a field holds; undefined where it is not a field. */
  heldBy(element: Element, role: string): string | undefined;
}

/** States as HTML-AAM maps them. Runs in the page. */
export function createStates({ tagOf }: Roles): States {
  /** What can be disabled or required, besides elements that a page defines. */
  const fields = new Set([
    ...["button", "fieldset", "input", "optgroup", "option", "select", "textarea"],
  ]);
  const bullets = "•••";
  /** Characters: more of a value is read with puppeteer_get_text. */
  const longest = 2_000;

  function isChecked(element: Element): string | undefined {
    const native = element instanceof HTMLInputElement ? element : undefined;
    if (native && (native.type === "checkbox" || native.type === "radio")) {
      if (native.indeterminate) return "checked=mixed";
      return native.checked ? "checked" : undefined;
    }
    const given = element.getAttribute("aria-checked");
    if (given === "mixed") return "checked=mixed";
    return given === "true" ? "checked" : undefined;
  }

  function isExpanded(element: Element): string | undefined {
    const details = element.parentElement;
    if (tagOf(element) === "summary" && details instanceof HTMLDetailsElement) {
      return details.open ? "expanded" : "collapsed";
    }
    const given = element.getAttribute("aria-expanded");
    if (given === null) return undefined;
    return given === "true" ? "expanded" : "collapsed";
  }

  function isFocused(element: Element): boolean {
    const { activeElement: outer } = document;
    // Asked of every line: mostly nothing has the focus, or what has it is seen at once.
    if (outer === null || outer === document.body) return false;
    if (outer.shadowRoot === null) return outer === element;
    const root = element.getRootNode();
    const active =
      root instanceof ShadowRoot ? root.activeElement : element.ownerDocument.activeElement;
    return active === element && active !== element.ownerDocument.body;
  }

  function levelOf(element: Element, role: string): string | undefined {
    const given = element.getAttribute("aria-level");
    if (given !== null && given !== "") return `level=${given}`;
    const [, level] = /^h([1-6])$/.exec(tagOf(element)) ?? [];
    if (role !== "heading") return undefined;
    return `level=${level ?? "2"}`;
  }

  const is = (element: Element, name: string) => element.getAttribute(name) === "true";

  function flagsOf(element: Element, role: string): string[] {
    const selected =
      element instanceof HTMLOptionElement ? element.selected : is(element, "aria-selected");
    const pressed = element.getAttribute("aria-pressed");
    const invalid = element.getAttribute("aria-invalid");
    const tag = tagOf(element);
    const field = fields.has(tag) || tag.includes("-");
    const disabled =
      (field && element.matches(":disabled")) || element.closest("[aria-disabled=true]") !== null;
    const readonly = field && element.matches("input[readonly], textarea[readonly]");
    const facts: (string | false | undefined)[] = [
      levelOf(element, role),
      isChecked(element),
      disabled && "disabled",
      isExpanded(element),
      isFocused(element) && "focused",
      invalid !== null && invalid !== "" && invalid !== "false" && `invalid=${invalid}`,
      (is(element, "aria-modal") || (tag === "dialog" && element.matches(":modal"))) && "modal",
      pressed === "mixed" ? "pressed=mixed" : pressed === "true" && "pressed",
      (readonly || is(element, "aria-readonly")) && "readonly",
      ((field && element.matches(":required")) || is(element, "aria-required")) && "required",
      selected && "selected",
    ];
    return facts.filter((fact) => typeof fact === "string");
  }

  function heldBy(element: Element, role: string): string | undefined {
    if (element instanceof HTMLSelectElement) {
      return [...element.selectedOptions].map(({ label }) => label).join(", ");
    }
    if (element instanceof HTMLTextAreaElement) return element.value.slice(0, longest);
    if (element instanceof HTMLInputElement) {
      if (["checkbox", "radio", "button", "submit", "reset", "image"].includes(element.type)) {
        return undefined;
      }
      if (element.type === "password") return element.value === "" ? "" : bullets;
      if (element.type === "file") return [...(element.files ?? [])].map((f) => f.name).join(", ");
      return element.value.slice(0, longest);
    }
    if (element instanceof HTMLProgressElement) {
      return element.position < 0 ? undefined : String(element.value);
    }
    if (element instanceof HTMLMeterElement) return String(element.value);
    const ranged = ["slider", "spinbutton", "scrollbar", "progressbar", "meter", "separator"];
    if (!ranged.includes(role)) return undefined;
    const given = element.getAttribute("aria-valuetext") ?? element.getAttribute("aria-valuenow");
    return given ?? undefined;
  }

  return { flagsOf, heldBy };
}
