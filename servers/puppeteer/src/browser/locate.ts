import { stat } from "node:fs/promises";
import { homedir, platform } from "node:os";
import { join } from "node:path";
import { BrowserError } from "../errors.ts";

/** Where systems keep Chrome and Chromium, the likeliest first. */
const places: Readonly<Record<string, readonly string[]>> = {
  linux: [
    "/usr/bin/google-chrome-stable",
    "/usr/bin/google-chrome",
    "/opt/google/chrome/chrome",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/lib/chromium/chromium",
    "/snap/bin/chromium",
    "/usr/bin/microsoft-edge",
  ],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: [
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
  ],
};

/** Where install-browser puts browsers, and where they are looked for. */
export function browserCache(): string {
  return join(homedir(), ".cache", "fairlead", "browsers");
}

/** What install-browser has installed, the newest first. */
async function findInstalled(): Promise<string[]> {
  const cacheDir = browserCache();
  // Loading the library takes longer than seeing that there is nothing for it to find.
  if (!(await stat(cacheDir).catch(() => undefined))) return [];
  const { getInstalledBrowsers } = await import("@puppeteer/browsers");
  const installed = await getInstalledBrowsers({ cacheDir });
  return installed
    .filter(({ browser }) => browser === "chrome")
    .sort((a, b) => b.buildId.localeCompare(a.buildId, "en", { numeric: true }))
    .map(({ executablePath }) => executablePath);
}

/** The browser to run: the one given, else one of install-browser, else one of the system. */
export async function findBrowser(given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  for (const path of [...(await findInstalled()), ...(places[platform()] ?? [])]) {
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile()) return path;
  }
  throw new BrowserError(
    "No Chrome or Chromium was found on this machine.",
    "The operator of this server can run `npx @fairlead/server-puppeteer install-browser`, or name a browser with --executable-path.",
  );
}

/** Throws BrowserError if there is nothing to run as a browser; starts none. */
export async function assertBrowser(given: string | undefined): Promise<void> {
  const path = await findBrowser(given);
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile() === true) return;
  throw new BrowserError(
    `There is no browser at ${path}.`,
    "The operator of this server can name another one with --executable-path.",
  );
}
