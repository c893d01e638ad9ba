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
 * runtime, so that `npx` downloads little and it starts at once. `workers` are bundled like the bin;
 * `external` names the dependencies that stay outside, because npm must install them.
 */
export function server(
  workers: Readonly<Record<string, string>> = {},
  external: readonly string[] = [],
) {
  return defineConfig([
    { ...common, entry: { index: "src/index.ts" }, dts: true },
    {
      ...common,
      entry: { main: "src/main.ts", ...workers },
      clean: false,
      dts: false,
      minify: true,
      deps: { alwaysBundle: [toAllBut(external)] },
    },
  ]);
}

function toAllBut(names: readonly string[]): RegExp {
  if (names.length === 0) return /.*/;
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^(?!(?:${escaped.join("|")})(?:/|$))`);
}
