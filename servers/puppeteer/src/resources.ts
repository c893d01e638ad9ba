import { defineResource, defineResourceTemplate, ToolError } from "@fairlead/runtime";
import { formatConsole } from "./console-log.ts";
import type { Context } from "./context.ts";
import { toGalleryUri } from "./gallery.ts";
import type { Session } from "./session.ts";
import type { Tab } from "./tab.ts";

export const consoleLogs = defineResource<Context>({
  uri: "console://logs",
  name: "console",
  title: "Console logs",
  description: "Messages and errors of all pages on their consoles.",
  mimeType: "text/plain",
  read: ({ session }) => ({
    body: session.tabs.map((tab) => toLog(session, tab)).join("\n"),
  }),
});

export const pageConsole = defineResourceTemplate<Context>({
  uriTemplate: "console://logs/{page_id}",
  name: "page-console",
  title: "Console log of a page",
  description: "Messages and errors of one page on its console.",
  mimeType: "text/plain",
  async read({ page_id: id = "" }, { session }) {
    return { body: toLog(session, await session.tab(id)) };
  },
  complete: { page_id: (value, { session }) => completePage(value, session) },
});

export const screenshots = defineResourceTemplate<Context>({
  uriTemplate: "screenshot://{name}",
  name: "screenshot",
  title: "Screenshot",
  description: "A picture taken with puppeteer_screenshot or a PDF of puppeteer_pdf, by its name.",
  read({ name = "" }, { session }) {
    const picture = session.gallery.get(name);
    if (picture) return { body: picture.bytes, mimeType: picture.mimeType };
    throw new ToolError(`There is no screenshot ${name}.`, "Take one with puppeteer_screenshot.");
  },
  list: ({ session }) =>
    session.gallery.list().map(({ name, mimeType, bytes }) => ({
      uri: toGalleryUri(name),
      name: `Screenshot: ${name}`,
      mimeType,
      size: bytes.length,
    })),
  complete: {
    name: (value, { session }) =>
      session.gallery
        .list()
        .map(({ name }) => name)
        .filter((name) => name.startsWith(value)),
  },
});

export const pageSnapshot = defineResourceTemplate<Context>({
  uriTemplate: "page://{page_id}/snapshot",
  name: "page-snapshot",
  title: "Snapshot of a page",
  description: "A page as its accessibility tree.",
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
  complete: { page_id: (value, { session }) => completePage(value, session) },
});

function completePage(value: string, session: Session): string[] {
  return session.pageIds.filter((id) => id.startsWith(value));
}

function toLog(session: Session, tab: Tab): string {
  return session.secrets.mask(tab.console.list().map(formatConsole).join("\n"));
}
