import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import type { UrlGuard } from "@fairlead/runtime/guard";

const probeMs = 3_000;

export interface SelfSigned {
  /** `host:port` of servers whose certificate need not be valid. */
  readonly hosts: readonly string[];
  readonly guard: UrlGuard;
  warn(message: string): void;
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
  const { addresses } = await guard.resolve(url.hostname, port);
  const [host] = addresses;
  if (host === undefined) throw new Error("There is no address.");
  // Nothing is sent here; it is only seen what the server would show the browser.
  const socket = connect({ host, port, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(probeMs) });
    const key = socket.getPeerX509Certificate()?.publicKey.export({ type: "spki", format: "der" });
    if (key === undefined) throw new Error("There is no certificate.");
    return createHash("sha256").update(key).digest("base64");
  } finally {
    socket.destroy();
  }
}
