import type { CDPSession } from "puppeteer-core";
import { BrowserError } from "../errors.ts";

/** What a page may ask for while it loads; where it leads on the network is the proxy's to judge. */
const requested = /^(?:https?|wss?|data|blob|about):/i;

/** What a page may be. */
const opened = /^(?:https?:|about:blank(?:[?#]|$)|about:srcdoc$|blob:https?:|chrome-error:|$)/i;

/** The URL to open, if it is one of the schemes that are opened. */
export function toPageUrl(text: string): URL {
  const url = URL.parse(text.trim());
  const hint = "Only http and https URLs are opened, and about:blank.";
  if (!url) throw new BrowserError(`${JSON.stringify(text)} is not an absolute URL.`, hint);
  if (url.protocol === "http:" || url.protocol === "https:" || url.href === "about:blank") {
    return url;
  }
  throw new BrowserError(`Refused: ${url.protocol} URLs are not opened.`, hint);
}

/** Whether a page may stay at this URL. */
export function isPermitted(url: string): boolean {
  return opened.test(url);
}

/**
 * Holds every request of every page, frame, popup and worker until its scheme is known to be
 * permitted. It works for the browser as a whole, so a page is in it from its first request on.
 */
export async function interceptRequests(browser: CDPSession): Promise<void> {
  browser.on("Fetch.requestPaused", ({ requestId, request }) => {
    const answer = requested.test(request.url)
      ? browser.send("Fetch.continueRequest", { requestId })
      : browser.send("Fetch.failRequest", { requestId, errorReason: "BlockedByClient" });
    // The page may be gone by now, and its request with it.
    answer.catch(() => {});
  });
  await browser.send("Fetch.enable", { patterns: [{ urlPattern: "*" }] });
}
