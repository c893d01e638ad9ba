import { Tokens } from "./tokens.ts";

/**
 * Decides who may call over HTTP. Refuses to listen beyond this machine without tokens, unless the
 * operator insists (CVE-2026-23744, CVE-2026-32211).
 */
export function toAccess(
  common: Readonly<Record<string, unknown>>,
  address: { readonly host: string; readonly loopback: boolean; readonly oauth: boolean },
  readFile: (path: string) => string,
): { readonly tokens?: Tokens } | { readonly problem: string } {
  const { tokenFile } = common;
  if (typeof tokenFile === "string") {
    try {
      return { tokens: new Tokens(readFile(tokenFile)) };
    } catch (error) {
      const reason = error instanceof SyntaxError ? error.message : "it cannot be read";
      return { problem: `--token-file ${tokenFile}: ${reason}.` };
    }
  }
  if (address.loopback || address.oauth || common["insecureNoAuth"] === true) return {};
  return {
    problem:
      `--http ${address.host}: anybody who can reach this address could call the tools. Give --token-file or --oauth-issuer, ` +
      "listen on 127.0.0.1, or use --insecure-no-auth behind a proxy that authenticates callers.",
  };
}
