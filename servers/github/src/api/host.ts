import { GitHubError } from "../errors.ts";

const hint =
  "Give --host as a name like github.example.com or example.ghe.com, or as the URL of an API.";

/**
 * The address of the API of a host: github.com, a tenant of ghe.com, or a GitHub Enterprise Server.
 * A URL with a path is taken as it is, as is one of this machine; only those may do without TLS.
 */
export function toBaseUrl(host: string): string {
  const url = URL.parse(host.includes("://") ? host : `https://${host}`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new GitHubError(`"${host}" is not a host name or URL.`, hint);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "") {
    throw new GitHubError("The --host has a user name, a password or a query.", hint);
  }
  const local = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol === "http:" && !local) {
    throw new GitHubError(
      `${url.origin} is without TLS.`,
      "Use https. Only this machine may be reached over http.",
    );
  }
  if (local || url.pathname !== "/") return url.href.replace(/\/+$/, "");
  if (/(?:^|\.)github\.com$/.test(url.hostname)) return "https://api.github.com";
  if (url.hostname.endsWith(".ghe.com")) {
    return `https://api.${url.host.replace(/^api\./, "")}`;
  }
  return `${url.origin}/api/v3`;
}
