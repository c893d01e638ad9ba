import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { cleanPlainText, createRoom, type PathGuard, type UrlError } from "@fairlead/guard";
import type { Browser, BrowserContext, Page, Target } from "puppeteer-core";
import type { BrowserHost } from "../browser/browser-host.ts";
import { toPageUrl } from "../browser/schemes.ts";
import { BrowserError, explained } from "../errors.ts";
import { formatSnapshot, takeSnapshot } from "../look/snapshot.ts";
import { Clipboard } from "../tab/clipboard.ts";
import { toId } from "../tab/library.ts";
import type { Secrets } from "../tab/secrets.ts";
import { Tab } from "../tab/tab.ts";
import type { Clean } from "../tab/text.ts";
import { Gallery } from "./gallery.ts";

export interface SessionOptions {
  readonly host: BrowserHost;
  readonly secrets: Secrets;
  /** Throws UrlError for an address that will be refused. */
  assertReachable(url: URL): Promise<unknown>;
  readonly uploads: PathGuard | undefined;
  readonly maxPages: number;
  /** Milliseconds after which an unused page is closed. */
  readonly idleMs: number;
}

export const snapshotLimit = 20_000;
/** Milliseconds that a page which another one opens is waited for. */
const arrivingMs = 2_000;

/** What one caller has in the browser: a context of its own, its pages, and what it has seen. */
export class Session {
  readonly secrets: Secrets;
  readonly uploads: PathGuard | undefined;
  readonly gallery = new Gallery();
  readonly clipboard: Clipboard;
  readonly #options: SessionOptions;
  readonly #tabs = new Map<string, Tab>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #clean: Clean;
  #context: Promise<BrowserContext> | undefined;
  #current: string | undefined;
  #watched: Browser | undefined;
  /** Pages that pages have opened, until somebody is told of them. */
  readonly #news = new Set<string>();
  /** Pages that the browser has and the library not yet. */
  #due = 0;
  /** Each ends one thing that is listened to. */
  readonly #stops: (() => void)[] = [];

  constructor(options: SessionOptions) {
    this.secrets = options.secrets;
    this.clipboard = new Clipboard(options.secrets);
    this.uploads = options.uploads;
    this.#options = options;
    const clean = (text: string) => this.secrets.mask(cleanPlainText(text));
    this.#clean = Object.assign(clean, { longest: this.secrets.longest });
    options.host.acquire();
    this.#sweeper = setInterval(() => this.#sweep(), Math.min(options.idleMs, 30_000)).unref();
  }

  /** The page with this id, or the current one; opens the first where there is none. */
  async tab(id?: string): Promise<Tab> {
    const wanted = id ?? this.#current;
    if (wanted === undefined) return this.open();
    const tab = this.#tabs.get(wanted);
    if (tab) return tab;
    throw new BrowserError(
      `There is no page ${wanted}.`,
      "Call puppeteer_tabs to see the open pages.",
    );
  }

  /** Opens a page at an address; where that cannot be had, there is no new page. */
  async openAt(address: string, options: NavigateOptions): Promise<void> {
    const tab = await this.open();
    try {
      await this.navigate(tab, address, options);
    } catch (error) {
      await this.closeTab(tab.id);
      throw error;
    }
  }

  /** Opens an empty page and makes it the current one. */
  async open(): Promise<Tab> {
    this.#assertRoom();
    const context = await this.#connect();
    const tab = this.#adopt(await explained(() => context.newPage()));
    this.#news.delete(tab.id);
    this.#current = tab.id;
    return tab;
  }

  /** Makes a page the current one, and brings it to the front. */
  async select(id: string): Promise<void> {
    const tab = await this.tab(id);
    this.#current = id;
    await explained(() => tab.page.bringToFront());
  }

  async closeTab(id?: string): Promise<string> {
    const tab = await this.tab(id);
    this.#drop(tab.id);
    await explained(() => tab.page.close());
    return tab.id;
  }

  /** Every open page, in the order they were opened. */
  async list() {
    const tabs = [...this.#tabs.values()];
    return Promise.all(
      tabs.map(async (tab) => ({
        page_id: tab.id,
        url: this.secrets.mask(tab.page.url()),
        title: this.secrets.mask(await tab.title()),
        current: tab.id === this.#current,
      })),
    );
  }

  get pageIds(): string[] {
    return [...this.#tabs.keys()];
  }

  /** All pages' tabs, for what is told of all of them. */
  get tabs(): readonly Tab[] {
    return [...this.#tabs.values()];
  }

  /** Takes a page to an address; says so when the network filter stood in the way. */
  async navigate(tab: Tab, address: string, options: NavigateOptions): Promise<number | undefined> {
    const url = toPageUrl(address);
    if (url.protocol !== "about:") await this.#options.assertReachable(url);
    const { waitUntil, timeout } = options;
    try {
      const response = await tab.work(() => tab.page.goto(url.href, { waitUntil, timeout }));
      const status = response?.status();
      if (status === 403 || status === 502) await this.#assertReached(tab.page.url());
      return status;
    } catch (error) {
      await this.#assertReached(url.href);
      throw error;
    }
  }

  /** What an action came to: its own words, where the page is now, and what else happened. */
  async report(words: string, tab: Tab, { snapshot = false } = {}): Promise<string> {
    const title = await tab.title();
    const lines = [words, `Page: ${title === "" ? "" : `${title} - `}${tab.page.url()}`];
    if (tab.dialog !== undefined) {
      lines.push(`The page opened a ${tab.dialog}. Answer it with puppeteer_handle_dialog.`);
    }
    const until = performance.now() + arrivingMs;
    while (this.#due > 0 && performance.now() < until) await sleep(20);
    this.#due = 0;
    for (const id of this.#news) {
      const page = this.#tabs.get(id)?.page;
      if (page && id !== tab.id) {
        lines.push(`A new page was opened: ${id} (${page.url()}). Give it as page_id to use it.`);
      }
    }
    lines.push(...tab.takeDownloads());
    const others = this.pageIds.filter((id) => id !== tab.id && !this.#news.has(id));
    this.#news.clear();
    if (others.length > 0) lines.push(`This page is ${tab.id}; also open: ${others.join(", ")}.`);
    if (snapshot && tab.dialog === undefined) lines.push(await this.snapshot(tab));
    return this.secrets.mask(lines.join("\n"));
  }

  async snapshot(tab: Tab, limit = snapshotLimit): Promise<string> {
    const taken = await tab.read(() => takeSnapshot(tab, { limit }));
    return this.secrets.mask(formatSnapshot(taken, { limit, room: createRoom(limit) }));
  }

  /** Closes every page and forgets cookies, storage and screenshots. */
  async reset(): Promise<number> {
    const closed = this.#tabs.size;
    const context = this.#context;
    this.#forget();
    this.gallery.clear();
    this.clipboard.clear();
    const opened = await context?.catch(() => undefined);
    await opened?.close().catch(() => {});
    await this.#options.host.rest();
    return closed;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.reset();
    await this.#options.host.release();
  }

  async #connect(): Promise<BrowserContext> {
    this.#context ??= this.#open();
    return this.#context;
  }

  async #open(): Promise<BrowserContext> {
    const { host } = this.#options;
    let context: BrowserContext | undefined;
    try {
      context = await explained(() => host.createContext());
      await this.#listen(context);
      return context;
    } catch (error) {
      this.#context = undefined;
      this.#stopListening();
      await context?.close().catch(() => {});
      throw error;
    }
  }

  async #listen(context: BrowserContext): Promise<void> {
    const { host } = this.#options;
    const onPage = () => {
      this.#due += 1;
    };
    this.#stops.push(await host.onPage(context, onPage));
    const onDownload = host.onDownload(({ frameId, suggestedFilename, url }) => {
      this.#findFrame(frameId)?.addDownload(suggestedFilename, url);
    });
    this.#stops.push(await onDownload);
    context.on("targetcreated", (target) => {
      if (target.type() !== "page") return;
      const arrived = () => {
        this.#due = Math.max(0, this.#due - 1);
      };
      this.#welcome(target).then(arrived, arrived);
    });
    this.#watch(context.browser());
  }

  #stopListening(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Forgets what was in a browser that has died. */
  #watch(browser: Browser): void {
    if (this.#watched === browser) return;
    this.#watched = browser;
    browser.once("disconnected", () => {
      if (this.#watched === browser) this.#forget();
    });
  }

  /** A page another page has opened. */
  async #welcome(target: Target): Promise<void> {
    const page = await target.page();
    if (page === null) return;
    if (this.#find(page)) return;
    if (this.#tabs.size >= this.#options.maxPages) await page.close();
    else this.#news.add(this.#adopt(page).id);
  }

  #findFrame(id: string): Tab | undefined {
    return this.tabs.find(({ page }) => page.frames().some((frame) => toId(frame) === id));
  }

  #find(page: Page): Tab | undefined {
    return [...this.#tabs.values()].find((tab) => tab.page === page);
  }

  #adopt(page: Page): Tab {
    const known = this.#find(page);
    if (known) return known;
    const tab = new Tab(`p_${randomBytes(4).toString("hex")}`, page, this.#clean);
    this.#tabs.set(tab.id, tab);
    page.once("close", () => this.#drop(tab.id));
    return tab;
  }

  #drop(id: string): void {
    this.#tabs.delete(id);
    if (this.#current === id) this.#current = [...this.#tabs.keys()].at(-1);
  }

  #forget(): void {
    this.#context = undefined;
    this.#stopListening();
    this.#tabs.clear();
    this.#current = undefined;
  }

  #assertRoom(): void {
    if (this.#tabs.size < this.#options.maxPages) return;
    throw new BrowserError(
      `${this.#tabs.size} pages are open, which is the most.`,
      "Close one with puppeteer_tabs.",
    );
  }

  #sweep(): void {
    const limit = performance.now() - this.#options.idleMs;
    for (const tab of this.#tabs.values()) {
      if (tab.usedAt < limit) void tab.page.close().catch(() => {});
    }
  }

  async #assertReached(address: string): Promise<void> {
    const url = URL.parse(address);
    if (url?.protocol !== "http:" && url?.protocol !== "https:") return;
    const port = url.port || (url.protocol === "https:" ? "443" : "80");
    const failure: UrlError | undefined = await this.#options.host.failure(
      `${url.hostname}:${port}`,
    );
    if (failure) throw failure;
  }
}

export interface NavigateOptions {
  readonly waitUntil: "load" | "domcontentloaded" | "networkidle0" | "networkidle2";
  readonly timeout: number;
}
