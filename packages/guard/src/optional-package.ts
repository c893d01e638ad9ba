import { HintError } from "./hint-error.ts";

/** Whether an import failed because this very package is not installed, and for no other reason. */
export function isNotInstalled(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "ERR_MODULE_NOT_FOUND" &&
    // A package that is there and lacks one of its own is named otherwise.
    error.message.includes(`package '${name}'`)
  );
}

/** What a server's demo runs on. */
export interface DemoNeeds {
  /** The server's package, whose bin has the same name. */
  readonly server: string;
  /** The optional package, with the version to install. */
  readonly needs: `${string}@${string}`;
}

/** What to do where a demo's package is not installed. */
export function demoNotInstalled({ server, needs }: DemoNeeds): HintError {
  const bin = server.replace(/^@/, "").replace("/", "-");
  return new HintError(
    `The demo needs ${toName(needs)}, which is not installed.`,
    `This line brings it: npx -y -p ${server} -p ${needs} ${bin} --demo`,
  );
}

/** Imports what a demo runs on. Throws HintError where it is not installed; other failures fly. */
export async function importDemo<T>(load: () => Promise<T>, demo: DemoNeeds): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw isNotInstalled(error, toName(demo.needs)) ? demoNotInstalled(demo) : error;
  }
}

function toName(needs: string): string {
  return needs.slice(0, needs.lastIndexOf("@"));
}
