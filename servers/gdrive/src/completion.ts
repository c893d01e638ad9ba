import { completeName } from "./api/find.ts";
import type { Context } from "./context.ts";

type Call = Context & { readonly signal: AbortSignal };

/** Ids of files whose name begins with what was typed; the names themselves are not unique. */
export async function completeFile(typed: string, { drive, signal }: Call): Promise<string[]> {
  const found = await completeName(drive, typed, { folders: false, signal });
  return found.map(({ id }) => id);
}

/** As `completeFile`, of folders alone. */
export async function completeFolder(typed: string, { drive, signal }: Call): Promise<string[]> {
  const found = await completeName(drive, typed, { folders: true, signal });
  return found.map(({ id }) => id);
}
