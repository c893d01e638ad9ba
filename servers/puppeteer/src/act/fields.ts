import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type PathGuard, withFile } from "@fairlead/guard";
import type { ElementHandle } from "puppeteer-core";
import { createUploads } from "../browser/profile.ts";
import { BrowserError } from "../errors.ts";
import { isElement } from "../tab/library.ts";
import type { Secrets } from "../tab/secrets.ts";
import type { Tab } from "../tab/tab.ts";
import { toCleanLine } from "../tab/text.ts";
import { selectOption } from "./options.ts";
import { findPlaceOf } from "./targets.ts";

/** Longer texts are put in at once, as a paste does it. */
const mostTyped = 200;

/**
 * Puts a value into a field of any kind, in place of what is there; secrets by their names. Says
 * what is different where the field does not hold the value afterwards.
 */
export async function fillField(
  tab: Tab,
  secrets: Secrets,
  selector: string,
  value: string,
): Promise<string | undefined> {
  const handle = await tab.element(selector);
  const kind = await handle.evaluate(toKind);
  if (kind === "other") {
    throw new BrowserError(`${selector} takes no text.`, "Name an input, textarea or select.");
  }
  if (kind === "locked") {
    throw new BrowserError(
      `${selector} cannot be changed: it is disabled or read-only.`,
      "Call puppeteer_snapshot to see what the page asks for first.",
    );
  }
  if (kind === "select") {
    await selectOption(handle, selector, value);
    return undefined;
  }
  if (kind === "check") return setChecked(tab, handle, selector, value);
  // The field's own frame, which may be another site's than the page, and as the browser knows it:
  // a page can lie about where it is.
  const revealed = secrets.reveal(value, handle.frame.url());
  if (revealed.secret) await handle.evaluate(hideFromPictures);
  if (!(await handle.evaluate(takesValue, revealed.text))) {
    throw new BrowserError(
      `${selector} does not take this value and keeps what it held.`,
      "Numbers are 1.5, dates 2026-11-21, times 13:45, colors #ff0000.",
    );
  }
  if (kind === "set") await handle.evaluate(setValue, revealed.text);
  else await typeInto(tab, handle, selector, revealed);
  // A field can lead to another page as soon as it is full: then there is nothing to read back.
  const held = await handle.evaluate(readValue).catch(() => undefined);
  return held === undefined ? undefined : toNote(tab, selector, revealed, held);
}

/** What a field holds, where that is not what was typed. */
function toNote(
  { clean }: Tab,
  selector: string,
  typed: { readonly text: string; readonly secret: boolean },
  held: string,
): string | undefined {
  // Editors write a space at the end, or the second of two, as one that does not break.
  const plain = (text: string) =>
    text.replace(/\r\n?/g, "\n").replace(/\n$/, "").replaceAll("\u00a0", " ");
  if (plain(held) === plain(typed.text)) return undefined;
  if (typed.secret) return `${selector} does not hold the secret as it was typed.`;
  return `${selector} now holds ${JSON.stringify(toCleanLine(held, clean, 200))}, which is not what was typed: the page or the field changed it.`;
}

async function typeInto(
  tab: Tab,
  handle: ElementHandle,
  selector: string,
  revealed: { readonly text: string; readonly secret: boolean },
): Promise<void> {
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
      "The operator of this server can allow directories with --upload-dirs.",
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

async function setChecked(
  tab: Tab,
  handle: ElementHandle,
  selector: string,
  value: string,
): Promise<string | undefined> {
  if (value !== "true" && value !== "false") {
    throw new BrowserError(`${selector} is a box to tick.`, 'Fill it with "true" or "false".');
  }
  const isChecked = () =>
    handle.evaluate((element) => element instanceof HTMLInputElement && element.checked);
  if ((await isChecked()) === (value === "true")) return undefined;
  await toggle(tab, handle, selector);
  const checked = await isChecked().catch(() => undefined);
  if (checked === undefined || checked === (value === "true")) return undefined;
  return `${selector} is ${checked ? "still ticked" : "not ticked"}: the page or the field did not change it.`;
}

/** By a click; where the box itself is hidden, as under a picture of one, on its label. */
async function toggle(tab: Tab, handle: ElementHandle, selector: string): Promise<void> {
  const label = await handle.evaluateHandle((element) =>
    element instanceof HTMLInputElement && element.getClientRects().length === 0
      ? (element.labels?.[0] ?? element)
      : element,
  );
  const { x, y } = await findPlaceOf(tab, selector, isElement(label) ? label : handle);
  await tab.page.mouse.click(x, y);
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

/** How many files a field takes: none where it is not a file field. */
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

/** Whether a field of this type takes the value: one for dates drops what is not a date. */
function takesValue(element: Element, value: string): boolean {
  if (!(element instanceof HTMLInputElement) || value === "") return true;
  const probe = document.createElement("input");
  probe.type = element.type;
  probe.value = value;
  if (element.type === "color") return probe.value !== "#000000" || /^#0{6}$|black/i.test(value);
  if (element.type === "range") return !Number.isNaN(Number(value));
  return probe.value !== "";
}

function setValue(element: Element, value: string): void {
  if (!(element instanceof HTMLInputElement)) return;
  // Past the setter a framework may have put on the element itself.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(element, value);
  element.dispatchEvent(new Event("input", { bubbles: true }));
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

function readValue(element: Element): string {
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    return element.value;
  }
  return element instanceof HTMLElement ? element.innerText : (element.textContent ?? "");
}

function hideFromPictures(element: Element): void {
  if (element instanceof HTMLElement) {
    element.style.setProperty("-webkit-text-security", "disc", "important");
  }
}
