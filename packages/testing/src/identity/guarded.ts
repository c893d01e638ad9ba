import { type HttpServer, serveHttp } from "../processes.ts";
import {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from "./provider.ts";

/** A server that takes the tokens of an authorization server, and that one. */
export interface Guarded {
  readonly identity: IdentityProvider;
  readonly server: HttpServer;
  close(): Promise<void>;
}

export interface GuardedOptions extends IdentityProviderOptions {
  /** The built main of the server. */
  readonly bin: string;
  readonly args?: readonly string[];
}

/** The server itself, where it has to ask about tokens. */
const asker = { client_id: "the-server", client_secret: "a-secret-of-the-server" };

/** Starts an authorization server, and a built server that trusts it. */
export async function startGuarded({
  bin,
  args = [],
  clients = [],
  ...options
}: GuardedOptions): Promise<Guarded> {
  const machine = { grant_types: ["client_credentials"], response_types: [], redirect_uris: [] };
  const known = [...clients, { ...asker, ...machine }];
  const identity = await startIdentityProvider({ ...options, clients: known });
  const { issuer } = identity;
  const asking = [
    ...["--oauth-introspection-url", `${issuer}/token/introspection`],
    ...[
      "--oauth-introspection-id",
      asker.client_id,
      "--oauth-introspection-secret",
      asker.client_secret,
    ],
  ];
  try {
    const server = await serveHttp(bin, (url) => [
      ...["--oauth-issuer", issuer, "--oauth-resource", url],
      ...(options.tokens === "opaque" ? asking : []),
      ...args,
    ]);
    identity.defaultResource = server.url;
    return {
      ...{ identity, server },
      async close() {
        await server.close();
        await identity.close();
      },
    };
  } catch (error) {
    await identity.close();
    throw error;
  }
}
