import { setTimeout as sleep } from "node:timers/promises";
import type { Dialog, ElementHandle, HTTPRequest, Page } from "puppeteer-core";
import { isPermitted } from "../browser/schemes.ts";
import { BrowserError, browserEnded, explained } from "../errors.ts";
import { ConsoleLog } from "./console-log.ts";
import { toId, toInside, toIsolated } from "./library.ts";
import { NetworkLog } from "./network-log.ts";
import { type Clean, toCleanLine } from "./text.ts";
import { isRef, Worlds } from "./worlds.ts";

/** How long an element is waited for before it counts as missing. */
const elementMs = 5_000;
/** How long a page that an action sent on its way is waited for. */
const leavingMs = 10_000;
/** How long a page that was asked for may take to be requested; a download never is. */
const askedMs = 1_000;
/** Refused downloads that are named, of those nobody was told of yet. */
const mostDownloads = 20;
/** How long an action has to set something off. */
const settleMs = 30;

/** One open page with what has been noticed of it. */
export class Tab {
  readonly id: string;
  readonly page: Page;
  readonly console: ConsoleLog;
  readonly network: NetworkLog;
  readonly worlds = new Worlds();
  readonly clean: Clean;
  usedAt = performance.now();
  /** Downloads that were refused, until somebody is told of them. */
  readonly #downloads: string[] = [];
  #moreDownloads = 0;
  #dialog: Dialog | undefined;
  #onDialog: (() => void) | undefined;
  #leaving: HTTPRequest | undefined;
  /** The page has asked for another one, and the request for it is not seen yet. */
  #asked = false;

  constructor(id: string, page: Page, clean: Clean) {
    this.clean = clean;
    this.id = id;
    this.page = page;
    this.console = new ConsoleLog(page, clean);
    this.network = new NetworkLog(page, clean);
    page.setDefaultTimeout(elementMs);
    page.on("dialog", (dialog) => this.#show(dialog));
    page.on("request", (request) => {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) {
        this.#leaving = request;
      }
    });
    const main = toId(page.mainFrame());
    toInside(page.mainFrame()).client.on("Page.frameRequestedNavigation", (asked) => {
      if (asked.frameId === main && asked.disposition === "currentTab") this.#asked = true;
    });
    page.on("framenavigated", (frame) => {
      if (frame !== page.mainFrame()) return;
      this.#leaving = undefined;
      this.#asked = false;
      if (!isPermitted(frame.url())) void page.goto("about:blank").catch(() => {});
    });
    page.on("error", () => void page.close().catch(() => {}));
  }

  /** What the open dialog says, if there is one. */
  get dialog(): string | undefined {
    if (this.#dialog === undefined) return undefined;
    const message = toCleanLine(this.#dialog.message(), this.clean, 500);
    const said = `${this.#dialog.type()} dialog: ${JSON.stringify(message)}`;
    const given = toCleanLine(this.#dialog.defaultValue(), this.clean, 200);
    return given === "" ? said : `${said} (with ${JSON.stringify(given)} filled in)`;
  }

  /** Remembers a download that was refused. */
  addDownload(name: string, url: string): void {
    if (this.#downloads.length >= mostDownloads) this.#moreDownloads += 1;
    else this.#downloads.push(toCleanLine(`${name} (${url})`, this.clean, 300));
  }

  /** Tells of the downloads that were refused since the last time. */
  takeDownloads(): string[] {
    const told = this.#downloads.splice(0).map((one) => `A download was refused: ${one}`);
    if (this.#moreDownloads > 0) told.push(`${this.#moreDownloads} more downloads were refused.`);
    this.#moreDownloads = 0;
    return told;
  }

  /** Works on the page, unless a dialog blocks it; a dialog that opens meanwhile ends the waiting. */
  async work<T>(work: () => Promise<T>): Promise<T | undefined> {
    this.usedAt = performance.now();
    this.#assertNoDialog();
    const opened = new Promise<undefined>((resolve) => {
      this.#onDialog = () => resolve(undefined);
    });
    return explained(() => {
      const working = work().catch((error: unknown) => {
        throw this.page.browser().connected ? error : browserEnded(error);
      });
      // Nobody may be waiting any more when it fails.
      working.catch(() => {});
      return Promise.race([working, opened]);
    });
  }

  /** Looks at the page; a dialog that opens meanwhile has to be answered first. */
  async read<T>(work: () => Promise<T>): Promise<T> {
    const found = await this.work(async () => ({ value: await work() }));
    if (found !== undefined) return found.value;
    this.#assertNoDialog();
    throw new BrowserError("A dialog opened and closed.", "Try again.");
  }

  /** Works on the page as a person would, and waits for the page this leads to. */
  async act<T>(work: () => Promise<T>): Promise<T | undefined> {
    return this.work(async () => {
      this.#leaving = undefined;
      this.#asked = false;
      // A page in the background takes no mouse and no keys.
      await this.page.bringToFront();
      const done = await work();
      await sleep(settleMs);
      const until = performance.now() + askedMs;
      while (this.#asked && this.#leaving === undefined && performance.now() < until) {
        await sleep(20);
      }
      await this.#arrive();
      return done;
    });
  }

  /** Goes through the history; to where it has no page, nowhere. */
  async move(action: "back" | "forward" | "reload"): Promise<void> {
    const { page } = this;
    await this.act(async () => {
      if (action === "reload") await page.reload();
      else await (action === "back" ? page.goBack() : page.goForward());
    });
  }

  /** The element a CSS selector or a ref of a snapshot names; waits a little for it to appear. */
  async element(selector: string): Promise<ElementHandle> {
    if (isRef(selector)) return this.worlds.element(selector, this.page.mainFrame());
    // Throws for text that is not a selector. Waiting would take it for one that matches nothing.
    const there = await this.page.$(selector);
    if (there !== null) return toIsolated(there);
    const found = await this.page.waitForSelector(selector).catch((error: unknown) => {
      if (error instanceof Error && error.name === "TimeoutError") return null;
      throw error;
    });
    if (found !== null) return toIsolated(found);
    throw new BrowserError(
      `No element matches ${selector}.`,
      "Look with puppeteer_snapshot and use a ref such as e12.",
    );
  }

  /** Accepts or dismisses the open dialog; returns the words for it. */
  async answerDialog(answer: {
    readonly accept: boolean;
    readonly text: string | undefined;
  }): Promise<string> {
    const [dialog, words] = [this.#dialog, this.dialog];
    if (dialog === undefined || words === undefined) {
      throw new BrowserError("No dialog is open on this page.", "Go on without it.");
    }
    this.#dialog = undefined;
    await explained(() =>
      answer.accept ? dialog.accept(answer.text ?? dialog.defaultValue()) : dialog.dismiss(),
    );
    return words;
  }

  /** The title; empty where the page is too busy to tell. */
  async title(): Promise<string> {
    if (this.#dialog !== undefined) return "";
    const late = sleep(1_000, "", { ref: false });
    // It fails where the page is being left at this moment: then the next one's title is the answer.
    const read = this.page.title().catch(() => this.#titleOfNext());
    const title = await Promise.race([read.catch(() => ""), late]);
    return toCleanLine(title, this.clean, 200);
  }

  #assertNoDialog(): void {
    if (this.dialog === undefined) return;
    throw new BrowserError(
      `The page waits for an answer to its ${this.dialog}.`,
      "Answer it with puppeteer_handle_dialog.",
    );
  }

  #show(dialog: Dialog): void {
    // Leaving a page is decided by the page that is left.
    if (dialog.type() === "beforeunload") return void dialog.accept().catch(() => {});
    this.#dialog = dialog;
    this.#onDialog?.();
  }

  async #arrive(): Promise<void> {
    if (this.#leaving === undefined) return;
    const until = performance.now() + leavingMs;
    while (this.#leaving !== undefined && performance.now() < until) {
      if (this.#leaving.failure() !== null) return;
      await sleep(20);
    }
    await this.#parsed();
  }

  async #titleOfNext(): Promise<string> {
    await this.#arrive();
    await this.#parsed();
    return this.page.title();
  }

  async #parsed(): Promise<void> {
    await this.page
      .waitForFunction(() => document.readyState !== "loading", { timeout: leavingMs })
      .catch(() => {});
  }
}
