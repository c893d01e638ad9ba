import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type LicenseInfo, licensePlugin } from "rolldown-license-plugin";
import { defineConfig, type Rolldown, type UserConfig } from "tsdown";

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
function thirdPartyNotices(fileName: string) {
  return licensePlugin({
    allow: ({ license, name }) => isOurs(name) || permissive.includes(license),
    failOnViolation: true,
    done(found, context) {
      const foreign = found.filter(({ name }) => !isOurs(name));
      for (const { name, licenseText } of foreign) {
        if (licenseText === "") context.error(`${name} is bundled and has no licence text.`);
      }
      if (foreign.length === 0) return;
      const parts = foreign.map(
        ({ name, version, license, licenseText }: LicenseInfo) =>
          `${name} ${version} (${license})\n\n${licenseText.trim()}\n`,
      );
      const source = `What others wrote and this package carries.\n\n${parts.sort().join(`\n${"-".repeat(80)}\n\n`)}`;
      context.emitFile({ type: "asset", fileName, source });
    },
  });
}

/** Lists what is bundled, ours included, in the form of CycloneDX 1.6 (ECMA-424). */
function bill(fileName: string) {
  return licensePlugin({
    done(found, context) {
      const { name, version, license } = JSON.parse(readFileSync("package.json", "utf8"));
      const main = toComponent({ name, version, license }, "application");
      const carried = [...found, ...listOwn(context)];
      const libraries = carried.map((facts) => toComponent(facts, "library"));
      const refs = [...new Set(libraries.map((component) => component["bom-ref"]))].sort();
      const document = {
        $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        bomFormat: "CycloneDX",
        specVersion: "1.6",
        version: 1,
        // Neither a serial number nor the time: the same sources give the same file.
        metadata: { component: main },
        components: refs.map((ref) => libraries.find((component) => component["bom-ref"] === ref)),
        dependencies: [{ ref: main["bom-ref"], dependsOn: refs }, ...refs.map((ref) => ({ ref }))],
      };
      const source = `${JSON.stringify(document, null, 2)}\n`;
      if (refs.length > 0) context.emitFile({ type: "asset", fileName, source });
    },
  });
}

/** Our own packages, which the licence plugin does not see: they are linked and not installed. */
function listOwn(context: Rolldown.PluginContext): Facts[] {
  const built = [...context.getModuleIds()].flatMap((id) => {
    const [, folder] = /^([^\0]*[\\/]packages[\\/][\w-]+)[\\/]dist[\\/]/.exec(id) ?? [];
    return folder ?? [];
  });
  return [...new Set(built)].map((folder) => {
    return JSON.parse(readFileSync(resolve(folder, "package.json"), "utf8"));
  });
}

interface Facts {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

function toComponent({ name, version, license }: Facts, type: "application" | "library") {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const licenses = /^[\w.-]+$/.test(license)
    ? [{ license: { id: license } }]
    : [{ expression: license }];
  return { type, "bom-ref": purl, name, version, purl, licenses };
}

function isOurs(name: string): boolean {
  return name.startsWith("@fairlead/");
}

/** The build of a program that needs nothing besides itself. */
export function bundle(own: UserConfig) {
  return defineConfig({
    ...common,
    ...own,
    plugins: [thirdPartyNotices("THIRD-PARTY-NOTICES.txt"), bill("sbom.cdx.json")],
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

/**
 * Puts what a program imports at once into the program's own file: a file more is a millisecond more
 * to start. The program must not await at its top level, since its other chunks need that file.
 */
function inOneFile(name: string, entry: string): Rolldown.CodeSplittingGroup {
  const atOnce = new Set<string>();
  return {
    debugName: name,
    name: (id, context) => {
      if (atOnce.size === 0) {
        atOnce.add(resolve(entry));
        // What is added on the way has its turn too.
        for (const next of atOnce) {
          for (const imported of context.getModuleInfo(next)?.importedIds ?? [])
            atOnce.add(imported);
        }
      }
      return atOnce.has(id) ? name : null;
    },
  };
}

/**
 * The build of a server package: the definition for those who embed it, and a bin that carries the
 * runtime, so that `npx` downloads little and it starts at once. The bin is CommonJS, which Node
 * starts a tenth sooner than an ES module. Threads are built apart from the bin: one that shared a
 * chunk with it would load the bin and so start the server again.
 */
export function server({ workers, external = [] }: ServerBuild = {}) {
  const program = {
    ...common,
    clean: false,
    dts: false,
    minify: true,
    deps: {
      alwaysBundle: (id) => !external.some((name) => id === name || id.startsWith(`${name}/`)),
      neverBundle: [...external],
    },
  } satisfies UserConfig;
  const programs: UserConfig[] = [
    {
      ...program,
      entry: { main: "src/main.ts" },
      format: "cjs",
      plugins: [thirdPartyNotices("THIRD-PARTY-NOTICES.txt"), bill("sbom.cdx.json")],
      outputOptions: { codeSplitting: { groups: [inOneFile("main", "src/main.ts")] } },
    },
  ];
  if (workers !== undefined)
    programs.push({
      ...program,
      entry: { ...workers },
      plugins: [
        thirdPartyNotices("THIRD-PARTY-NOTICES-THREADS.txt"),
        bill("sbom-threads.cdx.json"),
      ],
    });
  return defineConfig([{ ...common, entry: { index: "src/index.ts" }, dts: true }, ...programs]);
}
