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

/** Starts an authorization server, and a built server that trusts it. */
export async function startGuarded({
  bin,
  args = [],
  ...options
}: GuardedOptions): Promise<Guarded> {
  const identity = await startIdentityProvider(options);
  try {
    const server = await serveHttp(bin, (url) => [
      ...["--oauth-issuer", identity.issuer, "--oauth-resource", url],
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
