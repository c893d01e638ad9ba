import type { Context } from "./context.ts";

/** Ids of the open pages that begin with what was typed. */
export function completePage(typed: string, { session }: Context): string[] {
  return session.pageIds.filter((id) => id.startsWith(typed));
}

/** Names of the screenshots and PDFs that begin with what was typed. */
export function completePicture(typed: string, { session }: Context): string[] {
  const names = session.gallery.list().map(({ name }) => name);
  return names.filter((name) => name.startsWith(typed));
}
