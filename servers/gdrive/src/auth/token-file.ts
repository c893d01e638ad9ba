import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, realpath, stat } from "node:fs/promises";
import { homedir, platform } from "node:os";
import { dirname, join } from "node:path";
import { createPathGuard, expandHome, isSystemError, replaceFile } from "@fairlead/guard";
import { z } from "zod";
import { DriveError } from "../errors.ts";

/** What a sign-in leaves behind, in the form of the reference server's file. */
export const tokensShape = z.looseObject({
  access_token: z.string().nullish(),
  refresh_token: z.string().nullish(),
  scope: z.string().nullish(),
  /** Milliseconds of the epoch. */
  expiry_date: z.number().nullish(),
});
export type Tokens = z.output<typeof tokensShape>;

export interface Places {
  readonly credentialsPath?: string | undefined;
  readonly oauthPath?: string | undefined;
  readonly credentialsDirectory?: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Where one caller's tokens are: a file of its own wherever a directory keeps them. */
export function toTokenPath(
  { credentialsPath, credentialsDirectory }: Places,
  principal: string,
  environment: Variables,
): string {
  if (credentialsDirectory !== undefined) {
    // The hash is a name of a file whatever the principal's own is, and the same for nobody else.
    const name = createHash("sha256").update(principal).digest("hex");
    return join(credentialsDirectory, `${name}.json`);
  }
  return toPlace(credentialsPath, "credentials.json", environment);
}

/** Where the keys of the OAuth client are. */
export function toKeysPath({ oauthPath }: Places, environment: Variables): string {
  return toPlace(oauthPath, "gcp-oauth.keys.json", environment);
}

/** A path as it was given, or that of a file in this server's config directory. */
function toPlace(given: string | undefined, name: string, environment: Variables): string {
  if (given !== undefined) return expandHome(given);
  const home = environment["XDG_CONFIG_HOME"] || join(homedir(), ".config");
  return join(home, "fairlead", "gdrive", name);
}

/** Reads a file of secrets as JSON; undefined where there is none. Messages hold none of its content. */
export async function readSecret(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    const why = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new DriveError(`${path} ${why}.`, "The person who runs this server must mend the file.");
  }
}

/** Whether others on this machine can read a file. */
export async function isExposed(path: string): Promise<boolean> {
  // Windows keeps who may read a file elsewhere.
  return platform() !== "win32" && ((await stat(path)).mode & 0o077) !== 0;
}

/** Writes tokens in one step, for the user alone: anyone who reads meanwhile has the old ones whole. */
export async function writeTokens(path: string, tokens: Tokens): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // A link to where the file really lies is followed once, and no further.
  const real = await realpath(path).catch(() => path);
  const guard = await createPathGuard({ directories: [dirname(real)], protect: [] });
  const content = new TextEncoder().encode(`${JSON.stringify(tokens, null, 2)}\n`);
  await replaceFile(guard, real, content, { mode: 0o600 });
  await chmod(real, 0o600);
}
