import type { Option } from "@fairlead/define";
import { commonOptions } from "@fairlead/define/start";
import { findEnabledToolsets, type PolicyOptions } from "../call/policy.ts";
import type { Values } from "./options.ts";

/** The policy that the common options and the server's own ask for. */
export function toPolicyOptions(
  common: Values,
  options: readonly Option[],
  own: Values,
): PolicyOptions {
  const { confirm } = common;
  const toolsets = toNames(common["toolsets"]);
  const tools = toNames(common["tools"]);
  return {
    readOnly: common["readOnly"] === true,
    legacy: common["legacy"] === true,
    enabled: findEnabledToolsets(options, own),
    excludeTools: toNames(common["excludeTools"]) ?? [],
    confirm: confirm === "write" || confirm === "never" ? confirm : "destroy",
    ...(toolsets && { toolsets }),
    ...(tools && { tools }),
  };
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

interface FoundAddress {
  /** Undefined where the option is not given, or cannot be read. */
  readonly address?: Address;
  readonly problems: readonly string[];
}

/** Where `--http [host:]port` says to listen; undefined for stdio. */
export function toAddress(common: Values): {
  readonly http?: Address;
  readonly problems: readonly string[];
} {
  const { address, problems } = readAddress("--http", common["http"]);
  return { ...(address && { http: address }), problems };
}

/** Where `--metrics [host:]port` says to serve metrics. */
export function toMetricsAddress(common: Values): FoundAddress {
  const found = readAddress("--metrics", common["metrics"]);
  const { address } = found;
  const { http } = toAddress(common);
  const isTaken = address?.port === http?.port && address?.host === http?.host;
  if (address === undefined || !isTaken || address.port === 0) return found;
  const problem = "--metrics needs a port of its own: --http has this one already.";
  return { problems: [problem] };
}

function readAddress(flag: string, given: unknown): FoundAddress {
  if (typeof given !== "string") return { problems: [] };
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d+)$/.exec(given) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    return { problems: [`${flag} must be [host:]port, not ${JSON.stringify(given)}.`] };
  }
  return { address: { host: bracketed ?? plain ?? "127.0.0.1", port }, problems: [] };
}

const minStateKey = 32;

/** Keys that are too short to seal anything; the problem names none. */
export function findStateKeyProblems({ stateKeys }: Values): readonly string[] {
  const short = toNames(stateKeys)?.some((key) => key.length < minStateKey);
  if (short !== true) return [];
  return [
    `--state-keys (FAIRLEAD_STATE_KEYS): each key needs ${minStateKey} characters or more. "openssl rand -base64 32" makes one.`,
  ];
}

/** Keys of options that mean nothing without `--http`. */
const httpKeys: ReadonlySet<string> = new Set([
  ...["allowedOrigins", "tokenFile", "insecureNoAuth", "serverCard"],
  ...["sessionMinutes", "maxSessions", "maxStreamSeconds"],
]);

/** Warns of options that a process over stdio was given and does not look at. */
export function findIgnored(common: Values): readonly string[] {
  const given = commonOptions.filter(({ key, default: usual }) => {
    const isHttp = httpKeys.has(key) || key.startsWith("oauth");
    // The metrics have an address of their own, whose Host is checked.
    const isHosts = key === "allowedHosts" && common["metrics"] === undefined;
    return (isHttp || isHosts) && common[key] !== undefined && common[key] !== usual;
  });
  if (given.length === 0) return [];
  const flags = given.map(({ flag }) => flag).join(", ");
  return [
    `${flags}: ignored, since the server speaks stdio to the program that started it. Add --http to serve over HTTP.`,
  ];
}

/** How long 2025 clients over HTTP have sessions, and how many; false for none. */
export function toSessions(common: Values) {
  const idleMs = Number(common["sessionMinutes"]) * 60_000;
  if (idleMs === 0) return false;
  const maxStreamMs = Number(common["maxStreamSeconds"]) * 1_000;
  return { idleMs, max: Number(common["maxSessions"]), maxStreamMs };
}

/** The values that may reach no client and no log, and of those that are URLs the password alone. */
export function toSecrets(options: readonly Option[], values: Values): readonly string[] {
  return options
    .filter(({ secret }) => secret)
    .flatMap(({ key }) => values[key])
    .filter((value) => typeof value === "string" || typeof value === "number")
    .map(String)
    .flatMap((value) => [value, ...toPasswords(value)]);
}

/** A shorter one may be a word that answers are full of, such as `redis`. */
const minPassword = 12;

/** The password in a URL, as it stands there and as it is meant. */
function toPasswords(value: string): readonly string[] {
  const password = URL.parse(value)?.password ?? "";
  if (password.length < minPassword) return [];
  try {
    return [...new Set([password, decodeURIComponent(password)])];
  } catch {
    return [password];
  }
}

export function toNames(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
