import type { Page } from "puppeteer-core";
import { explained } from "./errors.ts";

/** Kilobits a second and milliseconds, as Chrome's own tools have them. */
const networks = {
  online: null,
  "slow-3g": { download: 400, upload: 400, latency: 2_000 },
  "fast-3g": { download: 1_440, upload: 675, latency: 563 },
} as const;

export interface Emulation {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly mobile?: boolean | undefined;
  readonly userAgent?: string | undefined;
  readonly network?: keyof typeof networks | "offline" | undefined;
  readonly colorScheme?: "light" | "dark" | undefined;
  readonly media?: "screen" | "print" | undefined;
}

/** Makes a page believe in another screen, browser or network; returns what was changed. */
export async function emulate(page: Page, wanted: Emulation): Promise<string[]> {
  const done: string[] = [];
  await explained(async () => {
    const { width, height, mobile } = wanted;
    if (width !== undefined || height !== undefined || mobile !== undefined) {
      const { width: wide, height: high, ...now } = page.viewport() ?? { width: 1280, height: 720 };
      const view = { width: width ?? wide, height: height ?? high };
      const touch = mobile === undefined ? {} : { isMobile: mobile, hasTouch: mobile };
      await page.setViewport({ ...now, ...view, ...touch });
      done.push(`viewport ${view.width}x${view.height}${mobile === true ? " mobile" : ""}`);
    }
    if (wanted.userAgent !== undefined) {
      await page.setUserAgent({ userAgent: wanted.userAgent });
      done.push("user agent");
    }
    if (wanted.network !== undefined) {
      await setNetwork(page, wanted.network);
      done.push(`network ${wanted.network}`);
    }
    if (wanted.colorScheme !== undefined) {
      const value = wanted.colorScheme;
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
      done.push(`${value} colors`);
    }
    if (wanted.media !== undefined) {
      await page.emulateMediaType(wanted.media);
      done.push(`media ${wanted.media}`);
    }
  });
  return done;
}

async function setNetwork(page: Page, name: keyof typeof networks | "offline"): Promise<void> {
  await page.setOfflineMode(name === "offline");
  if (name === "offline") return;
  const network = networks[name];
  await page.emulateNetworkConditions(
    network && {
      download: (network.download * 1_000) / 8,
      upload: (network.upload * 1_000) / 8,
      latency: network.latency,
    },
  );
}
