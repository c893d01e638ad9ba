import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";

/** Where a fake is that others reach by name, over TLS: in a container. */
export interface Place {
  /** Its address for them; below a path, where it has one. */
  readonly url: string;
  /** Both as PEM. */
  readonly key: string;
  readonly certificate: string;
}

/** Where people sign in to a service, at the address of its API. */
export interface SignInPlace {
  has(request: IncomingMessage): boolean;
  readonly handle: RequestListener;
}

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves over HTTP on a free port of loopback, or at a place of its own. */
export async function listen(handle: RequestListener, place?: Place): Promise<Listening> {
  const server = place
    ? createSecureServer({ key: place.key, cert: place.certificate }, below(place, handle))
    : createServer(handle);
  if (place) server.listen(Number(new URL(place.url).port));
  else server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return {
    url: place?.url ?? `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The fakes know paths as the vendor's description has them. */
function below({ url }: Place, handle: RequestListener): RequestListener {
  const prefix = new URL(url).pathname.replace(/\/$/, "");
  return (request, response) => {
    if (!request.url?.startsWith(`${prefix}/`)) response.writeHead(404).end();
    else {
      request.url = request.url.slice(prefix.length);
      handle(request, response);
    }
  };
}
