import type { Frame, Page } from "puppeteer-core";
import { toInside } from "./library.ts";

/**
 * The clipboard of one caller. The browser has one for all of them, and keys never reach that: we
 * tell the page of copy, cut and paste as the browser would, and do what it leaves to the browser.
 */
export class Clipboard {
  #text = "";

  async copy(page: Page, isCut: boolean): Promise<void> {
    const frame = await findFocused(page.mainFrame());
    const copied = await toInside(frame).isolatedRealm().evaluate(copyFrom, isCut);
    if (copied !== undefined && copied !== "") this.#text = copied;
  }

  async paste(page: Page): Promise<void> {
    const frame = await findFocused(page.mainFrame());
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

/** Runs in the page: tells it of a copy, and returns what was copied. */
function copyFrom(isCut: boolean): string | undefined {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const clipboardData = new DataTransfer();
  const options = { clipboardData, bubbles: true, cancelable: true, composed: true };
  const event = new ClipboardEvent(isCut ? "cut" : "copy", options);
  // A page that prevents it has put there what it wants to be copied.
  if (!(element ?? document).dispatchEvent(event)) return clipboardData.getData("text/plain");
  let text = String(getSelection());
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    if (element.type === "password") return undefined;
    text = element.value.slice(element.selectionStart ?? 0, element.selectionEnd ?? 0);
  }
  if (isCut && text !== "") document.execCommand("delete");
  return text;
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
