import { isIP } from "node:net";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Which hosts and web pages a server answers to. */
export interface HostRules {
  /** The address it listens on. */
  readonly address: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

export function isLoopback(address: string): boolean {
  return address === "localhost" || address === "::1" || /^127(\.\d{1,3}){3}$/.test(address);
}

/**
 * Whether a Host header may be answered (DNS rebinding, CVE-2025-66414). On loopback only the names
 * of loopback; elsewhere any IP literal as well, since rebinding needs a name; other names by list.
 */
export function isAllowedHost(host: string | undefined, rules: HostRules): boolean {
  if (host === undefined) return false;
  const [name, port] = splitPort(host.toLowerCase());
  if (name === undefined || (port !== undefined && !/^\d{1,5}$/.test(port))) return false;
  if (loopback.has(name)) return true;
  if (
    rules.allowedHosts.some((allowed) => [name, host.toLowerCase()].includes(allowed.toLowerCase()))
  ) {
    return true;
  }
  const literal = name.startsWith("[") ? name.slice(1, -1) : name;
  return !isLoopback(rules.address) && isIP(literal) !== 0;
}

/** Whether a page of this origin may call: one on this machine, or one that is listed. */
export function isAllowedOrigin(origin: string | undefined, rules: HostRules): boolean {
  if (origin === undefined) return true;
  if (isListedOrigin(origin, rules)) return true;
  if (!isLoopback(rules.address)) return false;
  const [, host] = /^https?:\/\/([^/?#@\\]+)$/.exec(origin.toLowerCase()) ?? [];
  const [name, port] = splitPort(host ?? "");
  return name !== undefined && loopback.has(name) && (port === undefined || /^\d{1,5}$/.test(port));
}

/** Whether answers to this origin carry CORS headers. */
export function isListedOrigin(origin: string, rules: HostRules): boolean {
  return rules.allowedOrigins.some((allowed) => allowed.toLowerCase() === origin.toLowerCase());
}

function splitPort(host: string): readonly [string | undefined, string | undefined] {
  const [, name, port] = /^(\[[^\]]*\]|[^:[\]]+)(?::(.*))?$/.exec(host) ?? [];
  return [name, port];
}
