import type { ElementHandle } from "puppeteer-core";
import { BrowserError } from "../errors.ts";

/** Whether an element is an option of a list that shows only what is chosen. Runs in the page. */
export function isClosedOption(element: Element): boolean {
  return (
    element instanceof HTMLOptionElement &&
    element.closest("select") !== null &&
    element.getClientRects().length === 0
  );
}

/** Chooses one option of its list, as a click on it does in the open list. */
export async function chooseOption(option: ElementHandle): Promise<void> {
  const chosen = await option.evaluate((element) => {
    const list = element.closest("select");
    if (!(element instanceof HTMLOptionElement) || list === null) return false;
    if (element.matches(":disabled") || list.matches(":disabled")) return false;
    element.selected = true;
    list.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    list.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  });
  if (chosen) return;
  throw new BrowserError("This option is disabled.", "Choose another one.");
}

/** Chooses options by their values or by what they say; several, one a line, where a list takes them. */
export async function selectOption(
  handle: ElementHandle,
  selector: string,
  wanted: string,
): Promise<void> {
  const found = await handle.evaluate((element, text) => {
    if (!(element instanceof HTMLSelectElement)) return { missing: text };
    const options = [...element.options];
    const find = (one: string) =>
      options.find((option) => option.value === one) ??
      options.find((option) => option.label.trim() === one.trim());
    const whole = find(text);
    const parts = whole !== undefined || !element.multiple ? [text] : text.split("\n");
    const missing = parts.find((part) => find(part) === undefined);
    const disabled = parts.find((part) => find(part)?.matches(":disabled"));
    return { missing, disabled, values: parts.map((part) => find(part)?.value ?? "") };
  }, wanted);
  if (found.missing !== undefined) {
    throw new BrowserError(
      `${selector} has no option ${JSON.stringify(found.missing)}.`,
      "See its options with puppeteer_snapshot.",
    );
  }
  if (found.disabled !== undefined) {
    throw new BrowserError(
      `The option ${JSON.stringify(found.disabled)} of ${selector} is disabled.`,
      "Choose another one.",
    );
  }
  await handle.select(...(found.values ?? []));
}
