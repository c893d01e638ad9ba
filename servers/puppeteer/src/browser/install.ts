import { BrowserError, firstLine } from "../errors.ts";
import { browserCache } from "./locate.ts";

export interface InstallOptions {
  readonly downloadBaseUrl?: string | undefined;
}

/** Downloads the Chrome that puppeteer was tested with, unless it is there already. */
export async function installBrowser(
  { downloadBaseUrl }: InstallOptions,
  print: (line: string) => void,
): Promise<void> {
  const [{ Browser, detectBrowserPlatform, install }, { PUPPETEER_REVISIONS }] = await Promise.all([
    import("@puppeteer/browsers"),
    import("puppeteer-core/internal/revisions.js"),
  ]);
  const platform = detectBrowserPlatform();
  const buildId = PUPPETEER_REVISIONS.chrome;
  if (platform === undefined || buildId === undefined) {
    throw new BrowserError("There is no Chrome to download for this system.", "Install Chromium.");
  }
  print(`Chrome ${buildId} for ${platform}, into ${browserCache()}`);
  const options = {
    browser: Browser.CHROME,
    buildId,
    platform,
    cacheDir: browserCache(),
    unpack: true as const,
    ...(downloadBaseUrl !== undefined && { baseUrl: downloadBaseUrl }),
  };
  const installed = await install(options).catch((error: unknown) => {
    throw new BrowserError(
      `Chrome could not be downloaded: ${firstLine(error instanceof Error ? error.message : String(error))}`,
      "Install Chrome or Chromium with the system's package manager, or name a mirror with --download-base-url.",
      { cause: error },
    );
  });
  print(`Installed: ${installed.executablePath}`);
}
