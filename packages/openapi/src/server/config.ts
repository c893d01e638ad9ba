import { commonOptions } from "@fairlead/define/start";
import { z } from "zod";
import type { ApiData } from "../data/data.ts";
import { toFacts } from "../data/facts.ts";
import type { SecurityScheme, ServerVariable } from "../request/operation.ts";
import type { Credential, Credentials } from "../request/security.ts";

/** The values of a server's options, by their keys. */
export type Values = Readonly<Record<string, unknown>>;

/** An option of a server, with the part it plays. */
interface Choice {
  readonly key: string;
  readonly field: z.ZodType;
}

/** What a credential is made of, in the order people look for it. */
const parts = {
  token: ["", "Token"],
  username: ["Username", "User name"],
  password: ["Password", "Password"],
  clientId: ["ClientId", "OAuth2 client id"],
  clientSecret: ["ClientSecret", "OAuth2 client secret"],
  refreshToken: ["RefreshToken", "OAuth2 refresh token, for a client that acts for a person,"],
} as const;

type Part = keyof typeof parts;

/**
 * The options of an API's server: where it is, what proves who is asking, and the directories files
 * are uploaded from, each only where the API has a use for it.
 */
export function toConfig(data: ApiData): z.ZodObject<Record<string, z.ZodType>> {
  const choices = [
    toBaseUrl(data),
    ...toVariables(data),
    ...listCredentials(data).map(toCredentialChoice),
    ...(toFacts(data).takesFiles ? [uploadDirs] : []),
  ];
  return z.object(Object.fromEntries(choices.map(({ key, field }) => [key, field])));
}

/** What the options say about each security scheme. */
export function toCredentials(data: ApiData, values: Values): Credentials {
  const found = new Map<string, Partial<Record<Part, string>>>();
  for (const { scheme, part, key } of listCredentials(data)) {
    const value = values[key];
    if (typeof value !== "string" || value === "") continue;
    found.set(scheme, { ...found.get(scheme), [part]: value });
  }
  const whole = [...found].flatMap(([scheme, given]) => {
    const credential = toCredential(given);
    return credential === undefined ? [] : [[scheme, credential] as const];
  });
  return Object.fromEntries(whole);
}

/** The values of the server variables that the options give. */
export function toServerVariables(data: ApiData, values: Values): Record<string, string> {
  const given = listVariables(data).flatMap(([name]) => {
    const value = values[toKey(name)];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}

/** A token wins over the client that would get one. */
function toCredential(given: Partial<Record<Part, string>>): Credential | undefined {
  const { token, username, password = "", clientId, clientSecret, refreshToken } = given;
  if (token !== undefined) return { token };
  if (username !== undefined) return { username, password };
  if (clientId === undefined || clientSecret === undefined) return undefined;
  return { clientId, clientSecret, ...(refreshToken !== undefined && { refreshToken }) };
}

const uploadDirs: Choice = {
  key: "uploadDirs",
  field: z
    .array(z.string())
    .default([])
    .describe("Directories whose files may be uploaded; none unless given.")
    .meta({ kind: "directory" }),
};

function toBaseUrl({ servers }: ApiData): Choice {
  const known = servers.map(({ url }) => url).filter((url) => /^https?:\/\//.test(url));
  const [first, ...others] = known.slice(0, 4);
  const words =
    first === undefined
      ? "URL of the API, which its description does not tell."
      : `URL of the API, instead of ${first}.${others.length > 0 ? ` Also known: ${others.join(", ")}.` : ""}`;
  return { key: "baseUrl", field: z.string().optional().describe(words).meta({ kind: "url" }) };
}

/** The variables of the API's server, and those of the servers that operations have of their own. */
function listVariables(data: ApiData): [string, ServerVariable][] {
  return Object.entries({ ...toFacts(data).variables, ...data.servers[0]?.variables });
}

function toVariables(data: ApiData): Choice[] {
  return listVariables(data).map(([name, { default: value, enum: choices, description }]) => {
    const [first, ...rest] = choices ?? [];
    const field = first === undefined ? z.string() : z.enum([first, ...rest]);
    const words = description ?? `The part {${name}} of the URL of the API.`;
    return {
      key: toKey(name),
      field: field.optional().describe(`${words} (${value} unless given)`),
    };
  });
}

interface CredentialChoice {
  readonly scheme: string;
  readonly part: Part;
  readonly key: string;
  readonly words: string;
}

function listCredentials({ schemes }: ApiData): CredentialChoice[] {
  return Object.entries(schemes).flatMap(([scheme, entry]) =>
    listParts(entry).map((part) => {
      const [suffix, words] = parts[part];
      const bare = entry.type === "apiKey" ? "" : suffix || "Token";
      const what = entry.type === "apiKey" ? `API key (${entry.in} ${entry.name})` : words;
      return { scheme, part, key: toKey(scheme, bare), words: `${what} for ${scheme}.` };
    }),
  );
}

function listParts(scheme: SecurityScheme): Part[] {
  if (scheme.type === "basic") return ["username", "password"];
  if (scheme.type !== "oauth2") return ["token"];
  const client: Part[] = ["clientId", "clientSecret", "refreshToken"];
  return scheme.tokenUrl === undefined ? ["token"] : ["token", ...client];
}

function toCredentialChoice({ key, part, words }: CredentialChoice): Choice {
  const secret = part !== "username" && part !== "clientId";
  const field = z.string().optional().describe(words);
  return { key, field: secret ? field.meta({ secret }) : field };
}

/** Keys that name something else already. */
const taken = [...commonOptions.map(({ key }) => key), "baseUrl", "uploadDirs"];

/** `petstore_auth` and `Token` become `petstoreAuthToken`. */
function toKey(name: string, suffix = ""): string {
  const words = name
    .replaceAll("OAuth", "Oauth")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  const camel = words
    .map((word, at) => (at === 0 ? lowerFirst(word) : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
  const key = `${/^[a-z]/i.test(camel) ? "" : "auth"}${camel}${suffix}`;
  return taken.includes(key) || key === ""
    ? `api${key.charAt(0).toUpperCase()}${key.slice(1)}`
    : key;
}

/** `ApiKeyAuth` becomes `apiKeyAuth`, and `APIKey` becomes `apiKey`. */
function lowerFirst(word: string): string {
  return word.replace(/^[A-Z]+(?=[A-Z][a-z]|[^A-Za-z]|$)|^[A-Z]/, (start) => start.toLowerCase());
}
