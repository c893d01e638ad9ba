import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { UrlError, UrlGuard } from "@fairlead/guard";
import type { Browser, BrowserContext, CDPSession, Protocol } from "puppeteer-core";
import { findKeys } from "./certificates.ts";
import { launchBrowser } from "./launch.ts";
import { createProfile, removeProfile } from "./profile.ts";
import { createFilteringProxy, type FilteringProxy } from "./proxy.ts";
import { interceptRequests } from "./schemes.ts";

/** Milliseconds a browser has to end by itself. */
const endingMs = 5_000;

export interface BrowserHostOptions {
  readonly executablePath?: string | undefined;
  readonly headed: boolean;
  readonly sandbox: "on" | "auto" | "off";
  readonly guard: UrlGuard;
  /** `host:port` of servers whose certificate need not be valid. */
  readonly selfSignedHosts: readonly string[];
  /** The browser's whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  warn(message: string): void;
}

interface Running {
  readonly browser: Browser;
  readonly child: ChildProcess;
  readonly control: CDPSession;
  readonly proxy: FilteringProxy;
  readonly profile: string;
}

/**
 * The one browser of a process with the proxy it sits behind: started when somebody needs it,
 * started anew when it has died, and ended when the last of those it serves has gone.
 */
export class BrowserHost {
  readonly #options: BrowserHostOptions;
  #running: Promise<Running> | undefined;
  #users = 0;
  /** Contexts that are being made. */
  #opening = 0;

  constructor(options: BrowserHostOptions) {
    this.#options = options;
  }

  /** Counts one more user; each must `release` once. */
  acquire(): void {
    this.#users += 1;
  }

  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0) await this.#stop();
  }

  /** Ends a browser in which nobody has pages, where the next one may find other certificates. */
  async rest(): Promise<void> {
    if (this.#options.selfSignedHosts.length === 0) return;
    const running = await this.#running?.catch(() => undefined);
    // The browser has one context of its own.
    const isUsed = this.#opening > 0 || (running?.browser.browserContexts().length ?? 2) > 1;
    if (!isUsed) await this.#stop();
  }

  /** A browser context that shares nothing with others: no cookies, no cache, no permissions. */
  async createContext(): Promise<BrowserContext> {
    this.#opening += 1;
    try {
      const { browser, control } = await this.#start();
      const context = await browser.createBrowserContext({ downloadBehavior: { policy: "deny" } });
      await denyAll(control, context).catch(async (error: unknown) => {
        await context.close().catch(() => {});
        throw error;
      });
      return context;
    } finally {
      this.#opening -= 1;
    }
  }

  /**
   * Tells of every page of a context the moment there is one, before it can be used; the answer
   * ends that.
   */
  async onPage(context: BrowserContext, told: () => void): Promise<() => void> {
    const { control } = await this.#start();
    const listener = ({ targetInfo }: Protocol.Target.TargetCreatedEvent) => {
      if (targetInfo.type === "page" && targetInfo.browserContextId === context.id) told();
    };
    await control.send("Target.setDiscoverTargets", { discover: true });
    control.on("Target.targetCreated", listener);
    return () => void control.off("Target.targetCreated", listener);
  }

  /** Tells of every download that is refused; the answer ends that. */
  async onDownload(
    told: (download: Protocol.Browser.DownloadWillBeginEvent) => void,
  ): Promise<() => void> {
    const { control } = await this.#start();
    control.on("Browser.downloadWillBegin", told);
    return () => void control.off("Browser.downloadWillBegin", told);
  }

  /** Why this host (`name:port`) was not reached the last time, if it was not. */
  async failure(host: string): Promise<UrlError | undefined> {
    const running = await this.#running;
    return running?.proxy.failure(host);
  }

  #start(): Promise<Running> {
    if (this.#running === undefined) {
      const running = this.#launch();
      this.#running = running;
      running.then(
        ({ browser }) => browser.once("disconnected", () => this.#forget(running)),
        () => this.#forget(running),
      );
    }
    return this.#running;
  }

  async #launch(): Promise<Running> {
    const { guard, selfSignedHosts: hosts, ...options } = this.#options;
    const keys = await findKeys({ hosts, guard, warn: options.warn });
    const proxy = await createFilteringProxy(guard);
    const profile = await createProfile();
    try {
      const { browser, child } = await launchBrowser({
        ...options,
        keys,
        proxyPort: proxy.port,
        profile,
      });
      const control = await browser.target().createCDPSession();
      await interceptRequests(control);
      return { browser, child, control, proxy, profile };
    } catch (error) {
      await proxy.close();
      await removeProfile(profile);
      throw error;
    }
  }

  #forget(running: Promise<Running>): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    // What is left of it is only in the way; nobody waits for this.
    running.then(tidy).catch(() => {});
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    const started = await running?.catch(() => undefined);
    if (started === undefined) return;
    await started.browser.close().catch(() => {});
    await tidy(started);
  }
}

/** Denies a context permissions and downloads. */
async function denyAll(control: CDPSession, { id }: BrowserContext): Promise<void> {
  if (id === undefined) return;
  // Granting none denies all of them, without asking anybody.
  await control.send("Browser.grantPermissions", { permissions: [], browserContextId: id });
  const denied = { behavior: "deny", browserContextId: id, eventsEnabled: true } as const;
  await control.send("Browser.setDownloadBehavior", denied);
}

async function tidy({ child, proxy, profile }: Running): Promise<void> {
  // A browser that lost its pipe ends by itself; one that hangs is ended.
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    const timer = setTimeout(() => child.kill("SIGKILL"), endingMs);
    await ended;
    clearTimeout(timer);
  }
  await proxy.close();
  await removeProfile(profile).catch(() => {});
}
