import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import type { PoolConfig } from "pg";
import { PostgresError } from "../errors.ts";
import type { Address, Tls } from "./address.ts";

export type Place = Pick<Address, "host" | "port">;

/** A way to a database: how clients connect, and what else there is to do on it. */
export interface Link {
  readonly id: string;
  /** What no message may hold. */
  readonly secrets: readonly string[];
  /** At most this many connections, whatever the pool's size; one for the embedded database. */
  readonly most: number;
  /** Where a server is; undefined for the embedded database. */
  readonly place: Place | undefined;
  /** Whether there is nothing a mighty role could reach: then its powers are nobody's concern. */
  readonly contained: boolean;
  toConfig(): Promise<PoolConfig>;
  /** Whether another connection can stop what one does; else it is cut. */
  readonly cancellable: boolean;
}

/** The link to a server at an address. */
export function createLink(address: Address): Link {
  const { id, host, port, database, user, password, applicationName, options, tls } = address;
  const { connectMs, channelBinding } = address;
  return {
    id,
    secrets: toSecrets(address),
    most: Number.POSITIVE_INFINITY,
    place: { host, port },
    contained: false,
    cancellable: true,
    async toConfig() {
      const ssl = await toSsl(tls, host);
      return {
        host,
        port,
        database,
        ssl,
        application_name: applicationName,
        keepAlive: true,
        ...(channelBinding && { enableChannelBinding: true }),
        ...(connectMs !== undefined && { connectionTimeoutMillis: connectMs }),
        ...(user !== undefined && { user }),
        ...(password !== undefined && { password }),
        ...(options !== undefined && { options }),
      };
    },
  };
}

/** A password that is also a name cannot be hidden without hiding the name. */
function toSecrets({ password, user, database, host }: Address): readonly string[] {
  if (password === undefined || password.length < 4) return [];
  return [user, database, host].includes(password) ? [] : [password];
}

async function toSsl(tls: Tls, host: string): Promise<ConnectionOptions | false> {
  if (tls.mode === "off") return false;
  // The driver names the host to the check only where it is not a bare address.
  if (tls.mode !== "verified") return { rejectUnauthorized: false, host };
  const ca = tls.authority === undefined ? undefined : await readAuthority(tls.authority);
  return { rejectUnauthorized: true, host, ...(ca !== undefined && { ca }) };
}

async function readAuthority(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new PostgresError(
      `The file that sslrootcert names cannot be read${code}.`,
      "The person who runs this server must correct the URL, or let the server read the file.",
    );
  });
}
