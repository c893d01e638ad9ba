import { type ChildProcess, execFile } from "node:child_process";
import { Readable, Writable } from "node:stream";
import type { Browser, ConnectOptions } from "puppeteer-core";
import { BrowserError, firstLine } from "../errors.ts";
import { findBrowser } from "./locate.ts";
import { PipeTransport } from "./pipe-transport.ts";

export interface LaunchOptions {
  readonly executablePath?: string | undefined;
  readonly headed: boolean;
  readonly sandbox: "on" | "auto" | "off";
  readonly proxyPort: number;
  /** Keys of servers whose certificate need not be valid. */
  readonly keys: readonly string[];
  readonly profile: string;
  /** Nothing else of this process's environment reaches the browser. */
  readonly environment: Readonly<Record<string, string>>;
  /** Told when the sandbox had to be dropped. */
  warn(message: string): void;
}

/** A browser and the process it is. */
export interface Launched {
  readonly browser: Browser;
  readonly child: ChildProcess;
}

/** What Chrome and its launcher say where the kernel, or being root, leaves no room for a sandbox. */
const noSandbox =
  /no usable sandbox|without --no-sandbox|SUID sandbox helper|zygote_host_impl|move to new namespace|credentials\.cc|sandbox_linux|Sandbox cannot access|Permission denied \(13\).*sandbox/i;

const probeMs = 10_000;
/** Milliseconds a browser has to open its first page. */
const startMs = 30_000;

/** Features that ask somebody on the browser's behalf, or before a page does. */
const disabled = [
  "AsyncDns",
  "AutofillServerCommunication",
  "CertificateTransparencyComponentUpdater",
  "DnsOverHttps",
  "InterestFeedContentSuggestions",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "Prerender2",
  "Translate",
];

function toArguments({ proxyPort, keys }: LaunchOptions): string[] {
  return [
    ...(keys.length > 0 ? [`--ignore-certificate-errors-spki-list=${keys.join(",")}`] : []),
    // The only way out, for loopback addresses too; and nothing but the proxy resolves names.
    `--proxy-server=http://127.0.0.1:${proxyPort}`,
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--dns-prefetch-disable",
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    `--disable-features=${disabled.join(",")}`,
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--gaia-url=http://accounts.chromium.invalid",
    "--no-first-run",
    "--no-pings",
    "--deny-permission-prompts",
  ];
}

/** Starts the browser behind the proxy; it ends with this process, since a pipe is what holds it. */
export async function launchBrowser(options: LaunchOptions): Promise<Launched> {
  const path = await findBrowser(options.executablePath);
  const args = toArguments(options);
  if (options.sandbox === "off") return start(path, options, [...args, "--no-sandbox"]);
  try {
    return await start(path, options, args);
  } catch (error) {
    if (!(await refusesSandbox(path, options, args))) throw toLaunchError(path, error);
    if (options.sandbox === "auto") {
      options.warn(`Chrome runs without its sandbox, which this system refuses (--sandbox auto).`);
      return start(path, options, [...args, "--no-sandbox"]);
    }
    throw new BrowserError(
      "Chrome cannot start its sandbox here.",
      "The operator of this server can run it as another user than root, let the kernel permit user namespaces, or choose --sandbox auto in a container.",
      { cause: error },
    );
  }
}

async function start(path: string, options: LaunchOptions, own: string[]): Promise<Launched> {
  const [{ connect, defaultArgs }, { launch }] = await Promise.all([
    import("puppeteer-core"),
    import("@puppeteer/browsers"),
  ]);
  const userDataDir = options.profile;
  const given = await defaultArgs({ headless: !options.headed, userDataDir, args: own });
  const started = launch({
    executablePath: path,
    pipe: true,
    env: options.environment,
    args: [...given, "--remote-debugging-pipe"],
    // The runtime ends this process in order; the browser must not race it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const child = started.nodeProcess;
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  try {
    const browser = await Promise.race([connect(toConnection(child, options)), failed]);
    await browser.waitForTarget((target) => target.type() === "page", { timeout: startMs });
    return { browser, child };
  } catch (error) {
    child.kill("SIGKILL");
    if (own.includes("--no-sandbox")) throw toLaunchError(path, error);
    throw error;
  }
}

/** How the library talks to the browser: over our own pipe, whose troubles end that browser only. */
function toConnection(child: ChildProcess, { warn }: LaunchOptions): ConnectOptions {
  const [output, input] = [child.stdio[3], child.stdio[4]];
  if (!(output instanceof Writable) || !(input instanceof Readable)) {
    throw new Error("The browser has no pipe.");
  }
  const onBroken = (error: unknown) => {
    const said = error instanceof Error ? firstLine(error.message) : String(error);
    warn(`The browser was stopped: what it sent could not be used (${said}).`);
    child.kill("SIGKILL");
  };
  return {
    transport: new PipeTransport({ output, input, onBroken }),
    protocolTimeout: 45_000,
    defaultViewport: { width: 1280, height: 720 },
  };
}

/** Starts the browser once more to hear why it ended: over a pipe its last words are lost. */
function refusesSandbox(
  path: string,
  { profile, environment: env }: LaunchOptions,
  args: readonly string[],
): Promise<boolean> {
  const probe = [...args, "--headless", `--user-data-dir=${profile}`, "--dump-dom", "about:blank"];
  const ending = { timeout: probeMs, killSignal: "SIGKILL" } as const;
  return new Promise((resolve) => {
    execFile(path, probe, { ...ending, env }, (_, __, stderr) => resolve(noSandbox.test(stderr)));
  });
}

function toLaunchError(path: string, error: unknown): BrowserError {
  const said = error instanceof Error ? firstLine(error.message) : String(error);
  return new BrowserError(
    `The browser ${path} did not start: ${said}`,
    "The operator of this server can name another with --executable-path.",
    { cause: error },
  );
}
