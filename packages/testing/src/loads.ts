import { statSync } from "node:fs";

const hooks = `
  import { registerHooks } from "node:module";
  registerHooks({
    load(url, context, next) {
      process.stderr.write("loaded " + url + "\\n");
      return next(url, context);
    },
  });
`;

/** NODE_OPTIONS that have a process print the file of each module it loads, on stderr. */
export const reportLoads = `--import=data:text/javascript,${encodeURIComponent(hooks)}`;

/** Bytes of code that a first list may need: the protocol and the baked surface, not the tools. */
export const mostLoaded = 150_000;

/** The files such a process has loaded, and the bytes of all of them. */
export function readLoads(stderr: string): { readonly files: string[]; readonly bytes: number } {
  const files = [...stderr.matchAll(/^loaded file:\/\/(.+)$/gm)].flatMap(([, path]) => path ?? []);
  return { files, bytes: files.reduce((sum, path) => sum + statSync(path).size, 0) };
}
