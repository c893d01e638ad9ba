import { defineConfig, type UserConfig } from "tsdown";

const common = {
  platform: "node",
  target: "node22.18",
  format: "esm",
  fixedExtension: false,
} as const satisfies UserConfig;

/** The build of a package that others import. */
export function library(entry: Readonly<Record<string, string>>) {
  return defineConfig({ ...common, entry: { ...entry }, dts: true });
}

/** The build of a command that runs beside its dependencies. */
export function command(entry: Readonly<Record<string, string>>) {
  return defineConfig({ ...common, entry: { ...entry }, dts: false });
}

/**
 * The build of a server package: the definition for those who embed it, and a bin that carries the
 * runtime, so that `npx` downloads little and it starts at once. `workers` are bundled like the bin; `external` are
 * packages that stay dependencies, because they are native, wasm or large.
 */
export function server(
  workers: Readonly<Record<string, string>> = {},
  { external = [] }: { readonly external?: readonly string[] } = {},
) {
  return defineConfig([
    { ...common, entry: { index: "src/index.ts" }, dts: true },
    {
      ...common,
      entry: { main: "src/main.ts", ...workers },
      clean: false,
      dts: false,
      minify: true,
      deps: {
        alwaysBundle: (id) => !external.some((name) => id === name || id.startsWith(`${name}/`)),
        neverBundle: [...external],
      },
    },
  ]);
}
