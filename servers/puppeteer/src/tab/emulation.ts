import type { Page } from "puppeteer-core";
import { explained } from "../errors.ts";
import { toInside } from "./library.ts";

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

/** What pages are rendered for. */
const rendered = new WeakMap<Page, Pick<Emulation, "media" | "colorScheme">>();

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
    if (wanted.colorScheme !== undefined) done.push(`${wanted.colorScheme} colors`);
    if (wanted.media !== undefined) done.push(`media ${wanted.media}`);
    if (wanted.colorScheme !== undefined || wanted.media !== undefined) {
      await setMedia(page, wanted);
    }
  });
  return done;
}

/** Both at once, since the browser forgets the one where it is told of the other alone. */
async function setMedia(page: Page, wanted: Emulation): Promise<void> {
  const before = rendered.get(page);
  const media = wanted.media ?? before?.media;
  const colorScheme = wanted.colorScheme ?? before?.colorScheme;
  rendered.set(page, { media, colorScheme });
  await toInside(page.mainFrame()).client.send("Emulation.setEmulatedMedia", {
    media: media ?? "",
    features: colorScheme ? [{ name: "prefers-color-scheme", value: colorScheme }] : [],
  });
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
