import { defineResourceTemplate } from "@fairlead/runtime";
import { completePath } from "./completion.ts";
import type { Context } from "./context.ts";
import { readDocument, toUri } from "./read/document.ts";
import { watchPath } from "./read/watch.ts";

/** Files and directories by their URI, and the allowed directories as a list. */
export const files = defineResourceTemplate<Context>({
  uriTemplate: "file:///{+path}",
  name: "file",
  title: "File or directory",
  description: "A file's content, or a directory's entries as JSON.",
  async read({ path = "" }, { guard }) {
    const { uri, type, body } = await readDocument(guard, toPath(path));
    return { uri, mimeType: type, body };
  },
  watch: ({ path = "" }, { guard }, watcher) => watchPath(guard, toPath(path), watcher),
  list: (context) =>
    context.guard.directories.map((directory) => ({
      uri: toUri(directory),
      name: directory,
      description: "An allowed directory.",
      mimeType: "application/json",
    })),
  complete: {
    path: async (value, { guard }) => {
      const paths = await completePath(guard, toPath(value));
      return paths.map((path) => path.replace(/^\//, ""));
    },
  },
});

/** The template takes the first slash of a path; a Windows path begins with its drive instead. */
function toPath(path: string): string {
  return /^[A-Za-z]:/.test(path) ? path : `/${path}`;
}
