import { defineResource, defineResourceTemplate, ToolError } from "@fairlead/runtime";
import { completePage, completePicture } from "./completion.ts";
import type { Context } from "./context.ts";
import { toGalleryUri } from "./session/gallery.ts";
import type { Session } from "./session/session.ts";
import { formatConsole } from "./tab/console-log.ts";
import type { Tab } from "./tab/tab.ts";

export const consoleLogs = defineResource<Context>({
  uri: "console://logs",
  name: "console",
  title: "Console logs",
  description: "Console messages and errors of all open pages.",
  mimeType: "text/plain",
  read: ({ session }) => ({
    body: session.tabs.map((tab) => toLog(session, tab)).join("\n"),
  }),
});

export const pageConsole = defineResourceTemplate<Context>({
  uriTemplate: "console://logs/{page_id}",
  name: "page-console",
  title: "Console log of a page",
  description: "Console messages and errors of one page.",
  mimeType: "text/plain",
  async read({ page_id: id = "" }, { session }) {
    return { body: toLog(session, await session.tab(id)) };
  },
  complete: { page_id: completePage },
});

export const screenshots = defineResourceTemplate<Context>({
  uriTemplate: "screenshot://{name}",
  name: "screenshot",
  title: "Screenshot or PDF",
  description: "A picture from puppeteer_screenshot or a PDF from puppeteer_pdf, by its name.",
  read({ name = "" }, { session }) {
    const picture = session.gallery.get(name);
    if (picture) return { body: picture.bytes, mimeType: picture.mimeType };
    throw new ToolError(
      `There is no screenshot or PDF named ${name}.`,
      "Make one with puppeteer_screenshot or puppeteer_pdf.",
    );
  },
  list: ({ session }) =>
    session.gallery.list().map(({ name, mimeType, bytes }) => ({
      uri: toGalleryUri(name),
      name: `${mimeType === "application/pdf" ? "PDF" : "Screenshot"}: ${name}`,
      mimeType,
      size: bytes.length,
    })),
  complete: { name: completePicture },
});

export const pageSnapshot = defineResourceTemplate<Context>({
  uriTemplate: "page://{page_id}/snapshot",
  name: "page-snapshot",
  title: "Snapshot of a page",
  description: "The accessibility tree of a page, with a ref for each element.",
  mimeType: "text/plain",
  async read({ page_id: id = "" }, { session }) {
    return { body: await session.snapshot(await session.tab(id)) };
  },
  list: ({ session }) =>
    session.pageIds.map((id) => ({
      uri: `page://${id}/snapshot`,
      name: `Page ${id}`,
      mimeType: "text/plain",
    })),
  complete: { page_id: completePage },
});

function toLog(session: Session, tab: Tab): string {
  return session.secrets.mask(tab.console.list().map(formatConsole).join("\n"));
}
