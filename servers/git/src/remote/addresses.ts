import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { findReserved, type PathGuard } from "@fairlead/guard";
import { GitError } from "../errors.ts";
import type { Override } from "../run/overrides.ts";
import type { Settings } from "../run/settings.ts";

interface Target {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  /** Set for a repository on this machine. */
  readonly path?: string;
}

const defaultPorts: Readonly<Record<string, string>> = { http: "80", https: "443", ssh: "22" };

/**
 * Decides whether a remote may be reached from a directory, and gives the config with which git
 * reaches the very address that was decided about.
 */
export async function admitRemote(
  url: string,
  directory: string,
  settings: Settings,
  guard: PathGuard,
): Promise<Override[]> {
  const target = parse(url);
  const { protocol, host, port } = target;
  if (!settings.protocols.includes(protocol)) {
    throw new GitError(
      `Remotes over ${protocol} are not permitted.`,
      `Permitted: ${settings.protocols.join(", ")}. The server can be started with --allow-protocols to permit others.`,
    );
  }
  if (target.path !== undefined) {
    await guard.locate(resolve(directory, target.path), "look");
    return [];
  }
  const pinned = await pin(target, settings);
  const shown = host.includes(":") ? `[${host}]` : host;
  const trusted = settings.tokenHosts.some(
    (known) => known === host || known === `${host}:${port}`,
  );
  if (settings.token === undefined || !trusted || !protocol.startsWith("http")) return pinned;
  if (protocol === "http" && !isLoopback(host)) {
    throw new GitError(`The token is not sent to ${host} without encryption.`, "Use https.");
  }
  const basic = Buffer.from(`x-access-token:${settings.token}`).toString("base64");
  const key = `http.${protocol}://${shown}:${port}/.extraHeader`;
  return [...pinned, [key, `Authorization: Basic ${basic}`]];
}

function parse(url: string): Target {
  if (
    url === "" ||
    url.startsWith("-") ||
    /[\0-\x20\x7f]/.test(url) ||
    url.includes("::/") ||
    /^\w[\w-]*::/.test(url)
  ) {
    throw new GitError("This is not the URL of a repository.", "Use https://host/path or ssh.");
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const host = /^(?:[^/@:]+@)?(\[[^\]]+\]|[^/:]+):/.exec(url)?.[1];
    return host === undefined
      ? { protocol: "file", host: "", port: "", path: url }
      : { protocol: "ssh", host: bareHost(host), port: "22" };
  }
  const rest = url.slice(scheme.length + "://".length);
  if (scheme === "file") return { protocol: "file", host: "", port: "", path: toFilePath(rest) };
  // Where git and this server might read different hosts out of it, neither goes there.
  const [authority = ""] = rest.split(/[/?#]/);
  if (!/^(?:[^@]*@)?(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?$/i.test(authority)) {
    throw new GitError(
      "The host in this URL is written in an unusual way.",
      "Write the plain host name or address.",
    );
  }
  if (!URL.canParse(url)) throw new GitError("This is not a URL.", "Check its spelling.");
  const { hostname, port } = new URL(url);
  return { protocol: scheme, host: bareHost(hostname), port: port || (defaultPorts[scheme] ?? "") };
}

/** The path of a file URL as git reads it: what would be a host is a directory to git. */
function toFilePath(rest: string): string {
  try {
    if (rest.startsWith("/")) return decodeURIComponent(rest);
  } catch {
    // Not encoded as it should be.
  }
  throw new GitError("This is not a file URL.", "Use file:///path.");
}

function bareHost(host: string): string {
  return host
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

/** Resolves the host once, refuses private addresses, and ties git to what was found. */
async function pin(target: Target, settings: Settings): Promise<Override[]> {
  const { protocol, host, port } = target;
  const permitted = settings.privateHosts.some(
    (known) => known.toLowerCase() === host || known.toLowerCase() === `${host}:${port}`,
  );
  const proxied = Object.keys(settings.inherited).some((name) =>
    new RegExp(`^(?:${protocol}|all)_proxy$`, "i").test(name),
  );
  // Behind a proxy names are looked up there, and here perhaps not at all.
  const addresses = await lookup(host, { all: true }).catch(() => []);
  if (addresses.length === 0 && !proxied && !permitted) {
    const alias = `; if the user's ssh config defines this name, start the server with --allow-hosts ${host}`;
    throw new GitError(
      `There is no host named ${host}.`,
      `Check the remote's URL${protocol === "ssh" ? alias : ""}.`,
    );
  }
  if (!permitted && addresses.some(({ address }) => isPrivate(address))) {
    throw new GitError(
      `${host} is in a private network.`,
      `To allow it, start the server with --allow-hosts ${host}:${port}.`,
    );
  }
  const [first] = addresses;
  if (first === undefined || proxied || !protocol.startsWith("http") || isIP(host) !== 0) return [];
  const list = addresses.map(({ address }) => (isIP(address) === 6 ? `[${address}]` : address));
  return [["http.curloptResolve", `${host}:${port}:${list.join(",")}`]];
}

function isPrivate(address: string): boolean {
  return findReserved(address) !== undefined;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}
