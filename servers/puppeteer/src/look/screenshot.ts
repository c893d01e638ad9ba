import type { ElementHandle, Page, ScreenshotClip } from "puppeteer-core";
import { BrowserError } from "../errors.ts";
import { toInside } from "../tab/library.ts";

export interface ScreenshotOptions {
  readonly element?: ElementHandle | undefined;
  /** Of the view, in CSS pixels, for this picture only. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fullPage: boolean;
  /** Pixels of the whole page or element to leave out at the top. */
  readonly top: number;
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
  /** What the picture does not show, and how to see it. */
  readonly missing: string | undefined;
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
  const { area, below } = await findArea(page, options);
  const missing =
    below > 0
      ? `The picture ends ${below} pixels before the end. Go on with top ${options.top + area.height}.`
      : await tellRest(page, options);
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
      return { bytes, mimeType, width: width ?? 0, height: height ?? 0, missing };
    }
    scale *= Math.max(0.5, Math.sqrt(mostBytes / bytes.length) * 0.95);
  }
}

interface Area {
  readonly area: ScreenshotClip;
  /** Pixels that are left below it. */
  readonly below: number;
}

async function findArea(page: Page, { element, fullPage, top }: ScreenshotOptions): Promise<Area> {
  const { view, whole } = await measure(page);
  if (element !== undefined) {
    const box = await element.boundingBox();
    if (box === null || box.width < 1 || box.height < 1) {
      throw new BrowserError("The element takes no space on the page.", "Name one that is shown.");
    }
    const [x, y] = [box.x + view.pageX, box.y + view.pageY];
    return cutArea({ ...box, x, y }, top);
  }
  const { pageX: x, pageY: y, clientWidth: width, clientHeight: height } = view;
  const shown = { x, y, width: Math.max(width, 1), height: Math.max(height, 1) };
  if (!fullPage)
    return { area: { ...shown, height: Math.min(shown.height, mostHeight) }, below: 0 };
  const size = { width: Math.max(whole.width, 1), height: Math.max(whole.height, 1) };
  return cutArea({ x: 0, y: 0, ...size }, top);
}

function cutArea({ x, y, width, height }: ScreenshotClip, top: number): Area {
  if (top >= height) {
    throw new BrowserError(
      `There is nothing below ${top} pixels: the height is ${Math.ceil(height)}.`,
      "Give a smaller top.",
    );
  }
  const shown = Math.min(height - top, mostHeight);
  const below = Math.floor(height - top - shown);
  return { area: { x, y: y + top, width, height: shown }, below };
}

/** What was asked for and is not shown, or where a page keeps the rest of itself in a box that scrolls. */
async function tellRest(page: Page, options: ScreenshotOptions): Promise<string | undefined> {
  if (options.element !== undefined) return undefined;
  if (!options.fullPage) {
    const unused = `top ${options.top} was not used: it applies only with full_page or a selector.`;
    return options.top > 0 ? unused : undefined;
  }
  const found = await toInside(page.mainFrame())
    .isolatedRealm()
    .evaluate(() => {
      const boxes = [...document.querySelectorAll("body *")].filter(
        (element) =>
          element.clientHeight > innerHeight / 3 &&
          element.scrollHeight > element.clientHeight + 1 &&
          /auto|scroll/.test(getComputedStyle(element).overflowY),
      );
      return boxes.map((element) => [element.clientHeight, element.scrollHeight])[0];
    });
  if (found === undefined) return undefined;
  const [shown, whole] = found;
  return `A box in the page scrolls by itself: ${shown} of its ${whole} pixels are shown. Scroll it with puppeteer_mouse (wheel over it), or read it with puppeteer_get_text.`;
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
