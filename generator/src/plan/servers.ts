import { findReserved } from "@fairlead/guard";
import type { ServerEntry, ServerVariable } from "@fairlead/openapi";
import { isJson, toJson, toList, toText } from "../json.ts";

/** The servers a document names, made absolute where it came from the network. */
export function toServers(given: unknown, document: URL): ServerEntry[] {
  const servers = toList(given).flatMap((server) => toServer(server, document));
  // A relative one says nothing without the address of the document.
  return servers.toSorted((a, b) => Number(isRelative(a)) - Number(isRelative(b)));
}

function toServer(given: unknown, document: URL): ServerEntry[] {
  if (!isJson(given) || typeof given["url"] !== "string") return [];
  const variables = Object.entries(toJson(given["variables"])).map(
    ([name, value]) => [name, toVariable(value)] as const,
  );
  const url = toAbsolute(given["url"].trim(), document);
  return [{ url, ...(variables.length > 0 && { variables: Object.fromEntries(variables) }) }];
}

function toVariable(given: unknown): ServerVariable {
  const { default: value, enum: choices, description } = toJson(given);
  const known = toList(choices).map(String);
  return {
    default: String(value ?? known[0] ?? ""),
    ...(known.length > 0 && { enum: known }),
    ...(toText(description) && { description: toText(description) ?? "" }),
  };
}

/** Braces are not part of a URL, so that they are kept out of the reading of it. */
function toAbsolute(url: string, document: URL): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url) || url.startsWith("{")) return url;
  if (url.startsWith("//")) return `${document.protocol === "http:" ? "http:" : "https:"}${url}`;
  if (document.protocol === "file:") return url;
  if (url.startsWith("/")) return `${document.origin}${url}`;
  return `${document.origin}${document.pathname.replace(/[^/]*$/, "")}${url.replace(/^\.\//, "")}`;
}

function isRelative({ url }: ServerEntry): boolean {
  return !/^https?:\/\//i.test(url) && !url.startsWith("{");
}

/**
 * Why an operation's own server may not be called: credentials would go into a network that the rest
 * of the API has nothing to do with. Undefined where it may.
 */
export function findForeign(own: readonly ServerEntry[], api: readonly ServerEntry[]) {
  const host = toHost(own[0]);
  const known = api.map(toHost);
  if (host === undefined || known.includes(host)) return undefined;
  const local = host === "localhost" || host.endsWith(".localhost");
  const literal = /^[\d.]+$|:/.test(host);
  const reserved = local ? "loopback" : literal ? findReserved(host) : undefined;
  if (!reserved) return undefined;
  return `its server ${own[0]?.url} is a ${reserved} address; name it among the document's servers if it is right`;
}

/** Why an operation's own server is not a place to call; undefined where it may be one. */
export function findWrong([own]: readonly ServerEntry[]): string | undefined {
  if (own === undefined) return undefined;
  const open = [...own.url.matchAll(/\{([^{}]*)\}/g)].find(
    ([, name = ""]) => own.variables?.[name] === undefined,
  );
  if (open === undefined && URL.canParse(toFilled(own), "https://api.invalid")) return undefined;
  return `its server ${JSON.stringify(own.url)} is not a URL; an overlay can give it one`;
}

function toHost(server: ServerEntry | undefined): string | undefined {
  return server && URL.parse(toFilled(server))?.hostname.replace(/^\[|\]$/g, "");
}

/** A server's URL with the defaults of its variables, and something for those that have none. */
function toFilled({ url, variables }: ServerEntry): string {
  return url.replace(/\{([^{}]*)\}/g, (_, name: string) => variables?.[name]?.default || "x");
}
