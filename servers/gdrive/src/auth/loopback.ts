import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { cleanText } from "@fairlead/guard";
import { DriveError } from "../errors.ts";

/** Milliseconds a person may take on Google's pages. */
const patienceMs = 10 * 60_000;

/** Where Google sends the browser back to, and the code it brings. */
export interface Callback {
  readonly redirectUri: string;
  readonly code: Promise<string>;
  close(): void;
}

/**
 * Waits on a free port of this machine for the one redirect that bears `state`. Anything else that
 * knocks is told off and changes nothing.
 */
export async function listenForCode(state: string): Promise<Callback> {
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  // The code that awaits it later handles the rejection. Until then Node must not see it as unhandled.
  code.catch(() => {});
  const server = createServer((request, response) => {
    const found = readAnswer(request, state, host);
    if (found === undefined)
      return say(response, 400, "This is not the response that the sign-in waits for.");
    if ("code" in found) {
      say(response, 200, "Signed in. You can close this page.");
      return resolve(found.code);
    }
    say(response, 200, "Not signed in. You can close this page.");
    reject(refusedBy(found.error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const host = `127.0.0.1:${port}`;
  const timer = setTimeout(() => reject(tooLate()), patienceMs);
  return {
    redirectUri: `http://${host}`,
    code,
    close() {
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}

type Answer = { readonly code: string } | { readonly error: string };

function readAnswer(request: IncomingMessage, state: string, host: string): Answer | undefined {
  // A page of somebody else's may reach this port by a name of its own.
  if (request.method !== "GET" || request.headers.host !== host) return undefined;
  const url = new URL(request.url ?? "/", `http://${host}`);
  if (url.pathname !== "/" || !isSame(url.searchParams.get("state") ?? "", state)) return undefined;
  const code = url.searchParams.get("code");
  const error = url.searchParams.get("error");
  if (code !== null) return { code };
  return error === null ? undefined : { error };
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    // The address of this page holds the code.
    "referrer-policy": "no-referrer",
    connection: "close",
  });
  response.end(`${text}\n`);
}

function refusedBy(error: string): DriveError {
  const why = cleanText(error).replace(/\s+/g, " ").slice(0, 100);
  return new DriveError(`Google did not sign in (${why}).`, "Run auth again, and allow access.");
}

function tooLate(): DriveError {
  return new DriveError("Nobody signed in within ten minutes.", "Run auth again.");
}
