import type { ElementHandle, Page, ScreenshotClip } from "puppeteer-core";
import { BrowserError } from "./errors.ts";

export interface ScreenshotOptions {
  readonly element?: ElementHandle | undefined;
  /** Of the view, in CSS pixels, for this picture only. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fullPage: boolean;
  readonly format: "jpeg" | "png";
  readonly quality: number;
  /** Pixels; a wider picture is scaled down. */
  readonly maxWidth: number;
}

export interface Screenshot {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
}

/** Longer pages are shown from the top to here. */
const mostHeight = 8_000;
/** What clients and models take without complaint. */
const mostBytes = 1_000_000;

/** A picture of the view, an element or the page, no larger than a model can use. */
export async function takeScreenshot(page: Page, options: ScreenshotOptions): Promise<Screenshot> {
  const before = page.viewport();
  const { width, height } = options;
  const resized = before !== null && (width !== undefined || height !== undefined);
  if (resized) {
    const view = { width: width ?? before.width, height: height ?? before.height };
    await page.setViewport({ ...before, ...view });
  }
  try {
    return await shoot(page, options);
  } finally {
    if (resized) await page.setViewport(before);
  }
}

async function shoot(page: Page, options: ScreenshotOptions): Promise<Screenshot> {
  const area = await findArea(page, options);
  let scale = Math.min(1, options.maxWidth / area.width);
  for (;;) {
    const bytes = await page.screenshot({
      type: options.format,
      ...(options.format === "jpeg" && { quality: options.quality }),
      clip: { ...area, scale },
      captureBeyondViewport: options.fullPage || options.element !== undefined,
    });
    if (bytes.length <= mostBytes || scale < 0.2) {
      const [width, height] = [area.width, area.height].map((side) => Math.round(side * scale));
      const mimeType = `image/${options.format}`;
      return { bytes, mimeType, width: width ?? 0, height: height ?? 0 };
    }
    scale *= Math.max(0.5, Math.sqrt(mostBytes / bytes.length) * 0.95);
  }
}

async function findArea(page: Page, options: ScreenshotOptions): Promise<ScreenshotClip> {
  const { view, whole } = await measure(page);
  if (options.element !== undefined) {
    const box = await options.element.boundingBox();
    if (box === null || box.width < 1 || box.height < 1) {
      throw new BrowserError("The element takes no room on the page.", "Name one that is shown.");
    }
    const [x, y] = [box.x + view.pageX, box.y + view.pageY];
    return { x, y, width: box.width, height: Math.min(box.height, mostHeight) };
  }
  if (!options.fullPage) {
    const { pageX: x, pageY: y, clientWidth: width, clientHeight: height } = view;
    const shown = Math.min(Math.max(height, 1), mostHeight);
    return { x, y, width: Math.max(width, 1), height: shown };
  }
  const height = Math.min(Math.max(whole.height, 1), mostHeight);
  return { x: 0, y: 0, width: Math.max(whole.width, 1), height };
}

/** View and page in CSS pixels, as the browser has them: what a page says of itself can be a lie. */
async function measure(page: Page) {
  const session = await page.createCDPSession();
  try {
    const metrics = await session.send("Page.getLayoutMetrics");
    return { view: metrics.cssLayoutViewport, whole: metrics.cssContentSize };
  } finally {
    await session.detach().catch(() => {});
  }
}
