import type { OAuthSettings, ResourceServer } from "@fairlead/operate/auth";
import type { VaultFile } from "@fairlead/operate/sign-in";
import type { Operations, OperationsHost } from "../operations.ts";
import { OptionProblems } from "../option-problems.ts";

const keys = [
  ...["signInClientId", "signInClientSecret", "signInFile"],
  ...["signInOauthClientId", "signInOauthClientSecret"],
];

/** Whether an option asks for it. */
export function asksForSignIn({ common }: Pick<OperationsHost, "common">): boolean {
  return keys.some((key) => common[key] !== undefined);
}

/** Lets callers sign in to accounts of their own, where `--sign-in-client-id` asks for it. */
export async function openSignIn(
  host: OperationsHost,
  settings: OAuthSettings,
  resourceServer: ResourceServer,
): Promise<Partial<Operations> | undefined> {
  const { common, log, surface, stores, vault } = host;
  if (!asksForSignIn(host)) return undefined;
  const [{ openVaultFile, readSignInSettings, SignIn }, { Seal }, { MemoryStates, MemoryVault }] =
    await Promise.all([
      import("@fairlead/operate/sign-in"),
      import("@fairlead/guard/seal"),
      import("@fairlead/store"),
    ]);
  const given = readSignInSettings(common);
  if (given === undefined) return undefined;
  if ("problems" in given) throw new OptionProblems(given.problems);
  const { file, ...clients } = given;
  let kept: VaultFile | undefined;
  try {
    if (file !== undefined) kept = openVaultFile(file, log.warn);
  } catch (error) {
    if (!(error instanceof Error && "hint" in error)) throw error;
    throw new OptionProblems([`--sign-in-file: ${error.message} ${String(error.hint)}`]);
  }
  const { stateKeys } = common;
  const signIn = new SignIn({
    ...clients,
    vault: kept ?? vault ?? new MemoryVault(),
    seal: new Seal(Array.isArray(stateKeys) ? stateKeys.map(String) : []),
    states: stores.states ?? new MemoryStates(),
    ...(vault !== undefined && { turns: stores.states }),
    ...{ server: surface.name, title: surface.title, settings, resourceServer, log },
    url: new URL("sign-in", settings.resource),
  });
  return { signIn, ...(kept && { close: () => kept.close() }) };
}
