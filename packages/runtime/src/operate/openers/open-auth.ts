import type { Operations, OperationsHost } from "../operations.ts";
import { OptionProblems } from "../option-problems.ts";
import { asksForSignIn, openSignIn } from "./open-sign-in.ts";

/** Where a process serves MCP. */
const served = "/mcp";

/** Checks OAuth access tokens, where the options that begin with `--oauth` ask for it. */
export async function openAuth(host: OperationsHost): Promise<Partial<Operations> | undefined> {
  const { common, log, surface } = host;
  const asked = Object.keys(common).some((key) => key.startsWith("oauth") && common[key] !== false);
  const signsIn = asksForSignIn(host);
  if (signsIn && !host.http) {
    throw new OptionProblems([
      "--sign-in-client-id needs --http: over stdio there is one caller, whose credentials the server has.",
    ]);
  }
  if (!host.http || !(asked || signsIn)) return undefined;
  const { createResourceServer, readSettings, toIssuerRedirects, toMetadata } = await import(
    "@fairlead/operate/auth"
  );
  const settings = readSettings(common);
  if ("problems" in settings) throw new OptionProblems(settings.problems);
  const server = createResourceServer(settings, {
    states: host.stores.states,
    warn: (message) => log.warn(message),
  });
  // Nobody waits for it: what is wrong is told, and the first token asks again.
  void server.load().catch((error: unknown) => log.error(error, "the keys of --oauth-issuer", "-"));
  const { issuers, resource } = settings;
  return {
    ...(await openSignIn(host, settings, server)),
    oauth: {
      server,
      documents: toMetadata(settings, { title: surface.title, served }),
      redirects: toIssuerRedirects(settings, { served }),
      issuers,
      host: new URL(resource).host,
    },
  };
}
