import { encodeAll } from "../values/encode.ts";
import type { ApiEntry, SecurityScheme, SecuritySet } from "./operation.ts";

/** What proves to one scheme who is asking. */
export type Credential =
  /** An API key, or a token for `Authorization: Bearer`. */
  | { readonly token: string }
  | { readonly username: string; readonly password: string }
  | ClientCredential
  | AccountCredential;

/** An account that a person signed in to: given a token that was refused, it gives another one. */
export interface AccountCredential {
  readonly account: { token(refused?: string): Promise<string> };
}

/** An OAuth2 client: it gets its tokens itself, by a refresh token where it has one. */
export interface ClientCredential {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken?: string;
}

/** Credentials by the name of the security scheme they are for. */
export type Credentials = Readonly<Record<string, Credential>>;

/** The same with a token in place of each account. */
export type ReadyCredentials = Readonly<Record<string, Exclude<Credential, AccountCredential>>>;

/** What security adds to a request. */
export interface Proof {
  readonly headers: readonly (readonly [string, string])[];
  readonly query: readonly string[];
  readonly cookies: readonly string[];
  /** Everything in it that nobody else should read. */
  readonly secrets: readonly string[];
  /** The schemes that would do, in words, where there are credentials for none of their sets. */
  readonly missing?: string;
}

/** Gets the token of a scheme whose credential is an OAuth2 client. */
export type FindToken = (
  scheme: string,
  credential: ClientCredential,
  scopes: readonly string[],
) => Promise<string>;

/**
 * Proves who is asking by the first set of schemes there are credentials for. A set that asks for
 * nothing comes last: who has credentials means to use them. Of schemes in one set that go into the
 * same place only one can be sent, and one is enough. Where no set is met nothing is sent, as many
 * an API asks for less than its document says: it is the judge.
 */
export async function prove(
  { schemes }: ApiEntry,
  sets: readonly SecuritySet[],
  credentials: ReadyCredentials,
  findToken: FindToken,
): Promise<Proof> {
  const ordered = [...sets].sort((a, b) => Number(isEmpty(a)) - Number(isEmpty(b)));
  const has = (name: string) => Object.hasOwn(credentials, name) && schemes[name] !== undefined;
  const set = ordered.find((one) =>
    Object.keys(one).every((name) =>
      Object.keys(one).some(
        (other) => has(other) && toPlace(schemes, other) === toPlace(schemes, name),
      ),
    ),
  );
  const proofs: Proof[] = [];
  const places = new Set<string>();
  for (const [name, scopes] of Object.entries(set ?? {})) {
    const scheme = schemes[name];
    const credential = credentials[name];
    if (scheme === undefined || credential === undefined) continue;
    const place = toPlace(schemes, name);
    if (places.has(place)) continue;
    places.add(place);
    const given =
      "clientId" in credential ? { token: await findToken(name, credential, scopes) } : credential;
    proofs.push(toProof(scheme, given));
  }
  return {
    headers: proofs.flatMap(({ headers }) => headers),
    query: proofs.flatMap(({ query }) => query),
    cookies: proofs.flatMap(({ cookies }) => cookies),
    secrets: proofs.flatMap(({ secrets }) => secrets),
    ...(set === undefined && sets.length > 0 && { missing: toWords(sets) }),
  };
}

/** Where a scheme goes; schemes nobody knows go nowhere. */
function toPlace(schemes: ApiEntry["schemes"], name: string): string {
  const scheme = schemes[name];
  if (scheme === undefined) return `unknown ${name}`;
  return scheme.type === "apiKey" ? `${scheme.in} ${scheme.name.toLowerCase()}` : "authorization";
}

type Given = Exclude<Credential, ClientCredential | AccountCredential>;

const none: Proof = { headers: [], query: [], cookies: [], secrets: [] };

function toProof(scheme: SecurityScheme, given: Given): Proof {
  const token = "token" in given ? given.token : toBasic(given);
  const secrets = "token" in given ? [token] : [token, given.password];
  if (scheme.type === "apiKey") {
    const pair = `${encodeAll(scheme.name)}=${encodeAll(token)}`;
    if (scheme.in === "query") return { ...none, query: [pair], secrets };
    if (scheme.in === "cookie") return { ...none, cookies: [`${scheme.name}=${token}`], secrets };
    return { ...none, headers: [[scheme.name, token]], secrets };
  }
  const word = scheme.type === "basic" ? "Basic" : toWord(scheme);
  return { ...none, headers: [["authorization", `${word} ${token}`]], secrets };
}

function toWord(scheme: SecurityScheme): string {
  return scheme.type === "bearer" ? (scheme.word ?? "Bearer") : "Bearer";
}

export function toBasic({ username, password }: { username: string; password: string }): string {
  return Buffer.from(`${username}:${password}`).toString("base64");
}

/** Headers that carry credentials besides the ones everybody knows. */
export function toCredentialHeaders({ schemes }: ApiEntry): string[] {
  return Object.values(schemes).flatMap((scheme) =>
    scheme.type === "apiKey" && scheme.in === "header" ? [scheme.name] : [],
  );
}

function isEmpty(set: SecuritySet): boolean {
  return Object.keys(set).length === 0;
}

function toWords(sets: readonly SecuritySet[]): string {
  return sets.map((set) => Object.keys(set).join(" and ")).join(", or ");
}
