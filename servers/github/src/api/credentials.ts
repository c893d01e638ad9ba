import { readFile } from "node:fs/promises";
import { GitHubError } from "../errors.ts";

/** What a person gave to log in with. */
export interface CredentialOptions {
  readonly personalAccessToken?: string | undefined;
  readonly personalAccessTokenFile?: string | undefined;
  readonly appId?: string | undefined;
  readonly appPrivateKeyFile?: string | undefined;
  readonly appInstallationId?: number | undefined;
}

/** An account that a person signed in to. Given a token that was refused, it gives another one. */
export interface Account {
  token(refused?: string): Promise<string>;
}

/** How requests are signed; files are read at the first one. */
export type Credentials =
  | { readonly kind: "account"; readonly account: Account }
  | { readonly kind: "token"; readToken(): Promise<string> }
  | {
      readonly kind: "app";
      readonly appId: string;
      readonly installationId: number;
      readPrivateKey(): Promise<string>;
    };

const ways =
  "The person who runs this server must set one of: GITHUB_PERSONAL_ACCESS_TOKEN; --personal-access-token-file; or, for a GitHub App, --app-id, --app-private-key-file and --app-installation-id.";

/** Chooses among the ways to log in. Throws GitHubError where there is none, or two. */
export function toCredentials(options: CredentialOptions, account?: Account): Credentials {
  const { personalAccessToken: token, personalAccessTokenFile: file } = options;
  const { appId, appPrivateKeyFile, appInstallationId } = options;
  const app = [appId, appPrivateKeyFile, appInstallationId].filter((part) => part !== undefined);
  const given = [token, file, app[0], account].filter((way) => way !== undefined);
  if (given.length > 1) throw new GitHubError("More than one way to log in is configured.", ways);
  if (account !== undefined) return { kind: "account", account };
  if (token !== undefined) return { kind: "token", readToken: async () => token };
  if (file !== undefined) {
    return { kind: "token", readToken: async () => (await read(file)).trim() };
  }
  if (appId === undefined || appPrivateKeyFile === undefined || appInstallationId === undefined) {
    const problem =
      app.length > 0 ? "The GitHub App is only partly configured." : "There is no token.";
    throw new GitHubError(problem, ways);
  }
  const readPrivateKey = () => read(appPrivateKeyFile);
  return { kind: "app", appId, installationId: appInstallationId, readPrivateKey };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new GitHubError("The file with the credentials cannot be read.", ways, { cause: error });
  }
}
