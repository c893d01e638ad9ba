import { type LicenseInfo, licensePlugin } from "rolldown-license-plugin";
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

/** The build of a command that runs next to its dependencies. */
export function command(entry: Readonly<Record<string, string>>) {
  return defineConfig({ ...common, entry: { ...entry }, dts: false });
}

/** Licences that ask for no more than their text next to a copy. */
const permissive = [
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "0BSD",
  "BlueOak-1.0.0",
];

/** Names the people who wrote what is bundled, with their licences: most ask for that in every copy. */
function thirdPartyNotices() {
  return licensePlugin({
    allow: ({ license, name }) => isOurs(name) || permissive.includes(license),
    failOnViolation: true,
    done(found, context) {
      const foreign = found.filter(({ name }) => !isOurs(name));
      for (const { name, licenseText } of foreign) {
        if (licenseText === "") context.error(`${name} is bundled and has no licence text.`);
      }
      const parts = foreign.map(
        ({ name, version, license, licenseText }: LicenseInfo) =>
          `${name} ${version} (${license})\n\n${licenseText.trim()}\n`,
      );
      const source = `What others wrote and this package carries.\n\n${parts.sort().join(`\n${"-".repeat(80)}\n\n`)}`;
      context.emitFile({ type: "asset", fileName: "THIRD-PARTY-NOTICES.txt", source });
    },
  });
}

function isOurs(name: string): boolean {
  return name.startsWith("@fairlead/");
}

/** The build of a program that needs nothing besides itself. */
export function bundle(own: UserConfig) {
  return defineConfig({
    ...common,
    ...own,
    plugins: [thirdPartyNotices()],
    clean: false,
    dts: false,
    deps: { alwaysBundle: () => true },
  });
}

export interface ServerBuild {
  /** Programs of the server's own threads, bundled like the bin. */
  readonly workers?: Readonly<Record<string, string>>;
  /** Packages that stay dependencies for npm to install: native, wasm or large ones. */
  readonly external?: readonly string[];
}

/** The chunks of our packages' own builds that the runtime's `main` imports at once. */
const loadedOverStdio =
  /runtime\/dist\/(?:common-options|endpoint|error|pieces|questions|readings)-|guard\/dist\/(?:hint-error|home|record)\./;

/**
 * The build of a server package: the definition for those who embed it, and a bin that carries the
 * runtime, so that `npx` downloads little and it starts at once.
 */
export function server({ workers = {}, external = [] }: ServerBuild = {}) {
  return defineConfig([
    { ...common, entry: { index: "src/index.ts" }, dts: true },
    {
      ...common,
      entry: { main: "src/main.ts", ...workers },
      clean: false,
      dts: false,
      minify: true,
      plugins: [thirdPartyNotices()],
      // A file more is a millisecond more to start, so what every start over stdio loads is one.
      outputOptions: { codeSplitting: { groups: [{ name: "stdio", test: loadedOverStdio }] } },
      deps: {
        alwaysBundle: (id) => !external.some((name) => id === name || id.startsWith(`${name}/`)),
        neverBundle: [...external],
      },
    },
  ]);
}
