import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type PathGuard, withFile } from "@fairlead/runtime/guard";
import type { ElementHandle } from "puppeteer-core";
import { BrowserError } from "./errors.ts";
import { createUploads } from "./profile.ts";
import type { Secrets } from "./secrets.ts";
import type { Tab } from "./tab.ts";

/** Longer texts are put in at once, as a paste does it. */
const mostTyped = 200;

/** Puts a value into a field of any kind, in place of what is there; secrets by their names. */
export async function fillField(
  tab: Tab,
  secrets: Secrets,
  selector: string,
  value: string,
): Promise<void> {
  const handle = await tab.element(selector);
  const kind = await handle.evaluate(toKind);
  if (kind === "other") {
    throw new BrowserError(`${selector} takes no text.`, "Name an input, textarea or select.");
  }
  if (kind === "locked") {
    throw new BrowserError(
      `${selector} cannot be changed: it is disabled or read-only.`,
      "Look with puppeteer_snapshot what the page wants first.",
    );
  }
  if (kind === "select") return selectOption(handle, selector, value);
  if (kind === "check") return setChecked(handle, selector, value);
  // The field's own frame, which may be another site's than the page, and as the browser knows it:
  // a page can lie about where it is.
  const revealed = secrets.reveal(value, handle.frame.url());
  if (revealed.secret) await handle.evaluate(hideFromPictures);
  if (kind === "set") {
    if (await handle.evaluate(setValue, revealed.text)) return;
    throw new BrowserError(
      `${selector} does not take this value.`,
      "Dates are 2026-11-21, times 13:45, colors #ff0000.",
    );
  }
  await handle.focus();
  const filled = await handle.evaluate(selectContent);
  // Key by key a page could say a secret's beginnings, which nothing would recognise; and keys go
  // where the focus is, which the page around a frame can take to a field of its own.
  if (revealed.secret || revealed.text.length > mostTyped || /[\r\n]/.test(revealed.text)) {
    if (await handle.evaluate(insertText, revealed.text)) return;
    throw new BrowserError(`${selector} took no text.`, "Look at it with puppeteer_snapshot.");
  }
  if (filled) await tab.page.keyboard.press("Backspace");
  await tab.page.keyboard.type(revealed.text);
}

/** Chooses an option by its value or by what it says. */
export async function selectOption(
  handle: ElementHandle,
  selector: string,
  wanted: string,
): Promise<void> {
  const value = await handle.evaluate((element, text) => {
    if (!(element instanceof HTMLSelectElement)) return undefined;
    const options = [...element.options];
    const found =
      options.find((option) => option.value === text) ??
      options.find((option) => option.label.trim() === text.trim());
    return found?.value;
  }, wanted);
  if (value === undefined) {
    throw new BrowserError(
      `${selector} has no option ${JSON.stringify(wanted)}.`,
      "See its options with puppeteer_snapshot.",
    );
  }
  await handle.select(value);
}

/** Hands files to a file field: copies of them, so that what was checked is what is sent. */
export async function uploadFiles(
  tab: Tab,
  guard: PathGuard | undefined,
  selector: string,
  paths: readonly string[],
): Promise<void> {
  if (guard === undefined) {
    throw new BrowserError(
      "Files cannot be uploaded: no directory is allowed.",
      "The operator of this server can allow directories with --upload-directories.",
    );
  }
  const handle = await tab.element(selector);
  const takes = await handle.evaluate(countFiles);
  if (takes === 0) {
    throw new BrowserError(`${selector} is not a file field.`, "Name an input of type file.");
  }
  if (paths.length > takes) throw new BrowserError(`${selector} takes one file.`, "Name one.");
  const directory = await createUploads();
  // The page reads them when it likes, so they stay as long as it does.
  tab.page.once("close", () => void rm(directory, { recursive: true, force: true }));
  const copies: string[] = [];
  for (const [index, path] of paths.entries()) {
    const own = await mkdtemp(join(directory, `${index}-`));
    const copy = join(own, basename(path));
    await withFile(guard, path, ({ handle: from }) =>
      writeFile(copy, from.createReadStream({ autoClose: false })),
    );
    copies.push(copy);
  }
  const [first, ...rest] = copies;
  if (first === undefined) throw new BrowserError("No file was named.", "Give paths.");
  const input = await handle.toElement("input");
  await input.uploadFile(first, ...rest);
}

async function setChecked(handle: ElementHandle, selector: string, value: string): Promise<void> {
  if (value !== "true" && value !== "false") {
    throw new BrowserError(`${selector} is a box to tick.`, 'Fill it with "true" or "false".');
  }
  const checked = await handle.evaluate(
    (element) => element instanceof HTMLInputElement && element.checked,
  );
  if (checked !== (value === "true")) await handle.click();
}

/** How a field is filled. Runs in the page, as all below. */
function toKind(element: Element): "type" | "set" | "check" | "select" | "locked" | "other" {
  if (element.matches(":disabled, input[readonly], textarea[readonly]")) return "locked";
  if (element instanceof HTMLSelectElement) return "select";
  if (element instanceof HTMLTextAreaElement) return "type";
  if (element instanceof HTMLElement && element.isContentEditable) return "type";
  if (!(element instanceof HTMLInputElement)) return "other";
  if (["checkbox", "radio"].includes(element.type)) return "check";
  if (["button", "submit", "reset", "image", "file", "hidden"].includes(element.type))
    return "other";
  const whole = ["date", "datetime-local", "month", "week", "time", "color", "range"];
  return whole.includes(element.type) ? "set" : "type";
}

/** How many files a field takes: none where it is no file field. */
function countFiles(element: Element): number {
  if (!(element instanceof HTMLInputElement) || element.type !== "file") return 0;
  return element.multiple ? Number.MAX_SAFE_INTEGER : 1;
}

function selectContent(element: Element): boolean {
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    element.select();
    return element.value !== "";
  }
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
  return (element.textContent ?? "") !== "";
}

/** Puts the text in place of what is selected, in this element's document and no other. */
function insertText(element: Element, text: string): boolean {
  if (element instanceof HTMLElement) element.focus();
  return document.execCommand("insertText", false, text);
}

/** Whether the field took it: a date field drops what is no date. */
function setValue(element: Element, value: string): boolean {
  if (!(element instanceof HTMLInputElement)) return false;
  // Past the setter a framework may have put on the element itself.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(element, value);
  const taken = value === "" || element.value !== "";
  element.dispatchEvent(new Event("input", { bubbles: true }));
  element.dispatchEvent(new Event("change", { bubbles: true }));
  return taken;
}

function hideFromPictures(element: Element): void {
  if (element instanceof HTMLElement) {
    element.style.setProperty("-webkit-text-security", "disc", "important");
  }
}
