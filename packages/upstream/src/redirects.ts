import { UpstreamError } from "./error.ts";
import { type Exchange, toShown } from "./exchange.ts";

const statuses = [301, 302, 303, 307, 308];
/** What names the sender; another host has no business with it. */
const credentials = ["authorization", "cookie", "proxy-authorization", "x-goog-api-key"];
const bodyHeaders = ["content-type", "content-length", "content-encoding", "content-language"];

/**
 * The request a redirect asks for; undefined where the answer is none, or is the caller's to follow.
 * As browsers do (fetch standard, HTTP-redirect fetch): 303, and a POST's 301 or 302, become a GET;
 * credentials stay with the origin they were meant for.
 */
export function toRedirected(
  from: Exchange,
  response: Response,
  credentialHeaders: readonly string[] = [],
): Exchange | undefined {
  const location = response.headers.get("location");
  if (!statuses.includes(response.status) || location === null) return undefined;
  if (from.redirect === "manual") return undefined;
  if (from.redirect === "error") {
    throw new UpstreamError(
      "refused",
      `${toShown(from)} was answered by a redirect, which this request does not follow.`,
      "This is a fault of the API, or its address has changed.",
    );
  }
  const url = URL.parse(location, from.url.href);
  if (url === null) {
    throw new UpstreamError(
      "refused",
      `${toShown(from)} redirects to something that is not a URL.`,
      "This is a fault of the API.",
    );
  }
  const headers = new Headers(from.headers);
  if (url.origin !== from.url.origin) {
    for (const name of [...credentials, ...credentialHeaders]) headers.delete(name);
  }
  const seeOther =
    (response.status === 303 && from.method !== "HEAD") ||
    (response.status < 303 && from.method === "POST");
  if (!seeOther) return { ...from, url, headers };
  for (const name of bodyHeaders) headers.delete(name);
  return { ...from, method: "GET", url, headers, body: undefined };
}
