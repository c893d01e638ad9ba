import { cleanPlainText } from "@fairlead/guard";
import type { Frame, Page } from "puppeteer-core";
import { BrowserError } from "../errors.ts";
import { toInside } from "./library.ts";
import type { Secrets } from "./secrets.ts";

/** Characters that are kept of what was copied. */
const longest = 1_000_000;

/**
 * The clipboard of one caller. The browser has one for all of them, and keys never reach that: we
 * tell the page of copy, cut and paste as the browser would, and do what it leaves to the browser.
 */
export class Clipboard {
  readonly #secrets: Secrets;
  #text = "";

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** Says why nothing was copied, if nothing was. */
  async copy(page: Page, edit: "copy" | "cut"): Promise<string | undefined> {
    const frame = await findFocused(page.mainFrame());
    const plan = { isCut: edit === "cut", longest };
    const { text, problem } = await toInside(frame).isolatedRealm().evaluate(copyFrom, plan);
    if (problem === "long") {
      throw new BrowserError(
        `More than ${longest} characters are selected, which is too much to be copied.`,
        "Select less of it.",
      );
    }
    if (problem === "password") return "What a password field holds is not copied.";
    if (text === "") return "Nothing was copied: nothing is selected.";
    this.#text = text;
    return undefined;
  }

  async paste(page: Page): Promise<void> {
    const frame = await findFocused(page.mainFrame());
    // What was typed by its name on one host could be carried to another.
    this.#secrets.assertMayHold(cleanPlainText(this.#text), frame.url());
    await toInside(frame).isolatedRealm().evaluate(pasteInto, this.#text);
  }

  clear(): void {
    this.#text = "";
  }
}

/** The frame that keys go to. */
async function findFocused(frame: Frame): Promise<Frame> {
  const active = await toInside(frame)
    .isolatedRealm()
    .evaluateHandle(() => document.activeElement);
  const element = active.asElement();
  const child = element === null ? null : await element.contentFrame();
  await active.dispose();
  return child === null ? frame : findFocused(child);
}

interface Copied {
  readonly text: string;
  readonly problem?: "password" | "long";
}

/** Runs in the page: tells it of a copy, and returns what was copied. */
function copyFrom({ isCut, longest: most }: { isCut: boolean; longest: number }): Copied {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const clipboardData = new DataTransfer();
  const options = { clipboardData, bubbles: true, cancelable: true, composed: true };
  const event = new ClipboardEvent(isCut ? "cut" : "copy", options);
  // A page that prevents it has put there what it wants to be copied.
  if (!(element ?? document).dispatchEvent(event)) {
    const own = clipboardData.getData("text/plain");
    return own.length > most ? { text: "", problem: "long" } : { text: own };
  }
  let text = String(getSelection());
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    if (element.type === "password") return { text: "", problem: "password" };
    // Fields for addresses and numbers do not tell what is selected in them.
    const { selectionStart: start, selectionEnd: end } = element;
    if (start !== null && end !== null) text = element.value.slice(start, end);
  }
  if (text.length > most) return { text: "", problem: "long" };
  if (isCut && text !== "") document.execCommand("delete");
  return { text };
}

/** Runs in the page: tells it of a paste, and puts the text in where the page does not. */
function pasteInto(text: string): void {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const options = { clipboardData, bubbles: true, cancelable: true, composed: true };
  const event = new ClipboardEvent("paste", options);
  if ((element ?? document).dispatchEvent(event)) document.execCommand("insertText", false, text);
}
