import { createHash } from "node:crypto";
import { once } from "node:events";
import { isIP } from "node:net";
import { connect } from "node:tls";
import type { UrlGuard } from "@fairlead/guard";

const probeMs = 3_000;

export interface SelfSigned {
  /** `host:port` of servers whose certificate need not be valid. */
  readonly hosts: readonly string[];
  readonly guard: UrlGuard;
  warn(message: string): void;
}

/** Those of the hosts that private pages may be at; the others are warned of. */
export function keepAllowed(
  hosts: readonly string[],
  allowHosts: readonly string[],
  warn: (message: string) => void,
): readonly string[] {
  const allowed = allowHosts.map(toPlace);
  return hosts.filter((entry) => {
    const { name, port = "443" } = toPlace(entry);
    const isAllowed = allowed.some(
      (one) => one.name === name && (one.port === undefined || one.port === port),
    );
    if (!isAllowed) {
      warn(
        `${entry} is not one of --allow-hosts, so its certificate has to be valid (--self-signed-hosts).`,
      );
    }
    return isAllowed;
  });
}

function toPlace(entry: string): { readonly name?: string | undefined; readonly port?: string } {
  const [, host, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(entry.trim()) ?? [];
  const bare = host ?? `[${entry.trim()}]`;
  const name = URL.parse(`http://${bare}/`)?.hostname.replace(/\.$/, "");
  return { name, ...(port !== undefined && { port }) };
}

/**
 * The keys of servers that may sign for themselves, as Chrome takes them: a connection is let
 * through by the key that these servers have now, and by nothing else.
 */
export async function findKeys({ hosts, guard, warn }: SelfSigned): Promise<string[]> {
  const keys = hosts.map(async (host) => {
    try {
      return await findKey(host, guard);
    } catch {
      warn(
        `No certificate could be read from ${host}, so it is not accepted (--self-signed-hosts).`,
      );
      return undefined;
    }
  });
  return (await Promise.all(keys)).filter((key) => key !== undefined);
}

async function findKey(target: string, guard: UrlGuard): Promise<string> {
  const url = new URL(`https://${target}`);
  const port = Number(url.port || 443);
  const { host: name, addresses } = await guard.resolve(url.hostname, port);
  const doors = addresses.map((host) => ({ host, port, ...(isIP(name) === 0 && { name }) }));
  // Of several addresses, as localhost has them, the server may be at one only.
  const keys = await Promise.allSettled(doors.map(readKey));
  const found = keys.find(({ status }) => status === "fulfilled");
  if (found?.status !== "fulfilled") throw new Error("No address shows a certificate.");
  return found.value;
}

interface Door {
  readonly host: string;
  readonly port: number;
  /** What the browser will call the server, which may have a certificate for each of its names. */
  readonly name?: string;
}

async function readKey({ host, port, name }: Door): Promise<string> {
  // Nothing is sent here; it is only seen what the server would show the browser.
  const socket = connect({
    ...{ host, port, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] },
    ...(name !== undefined && { servername: name }),
  });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(probeMs) });
    const key = socket.getPeerX509Certificate()?.publicKey.export({ type: "spki", format: "der" });
    if (key === undefined) throw new Error("There is no certificate.");
    return createHash("sha256").update(key).digest("base64");
  } finally {
    socket.destroy();
  }
}
