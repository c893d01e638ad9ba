import type { Surface } from "@fairlead/define";
import type { Operations, OperationsHost } from "../operations.ts";
import { OptionProblems } from "../option-problems.ts";
import type { Values } from "../options.ts";
import { asksForSignIn, openSignIn } from "./open-sign-in.ts";

/** Whether any of the options that begin with `--oauth` is given. */
export function asksForOAuth(common: Values): boolean {
  return Object.keys(common).some((key) => key.startsWith("oauth") && common[key] !== false);
}

/** The tools of a server, and the scopes that they name. */
export function toScopedTools({ toolsets }: Surface) {
  return toolsets
    .flatMap(({ tools }) => tools)
    .map(({ wire, scopes }) => ({ name: wire.name, scopes }));
}

/** Checks OAuth access tokens, where the options that begin with `--oauth` ask for it. */
export async function openAuth(host: OperationsHost): Promise<Partial<Operations> | undefined> {
  const { common, log, surface } = host;
  const signsIn = asksForSignIn(host);
  if (signsIn && !host.http) {
    throw new OptionProblems([
      "--sign-in-client-id needs --http: over stdio there is one caller, whose credentials the server has.",
    ]);
  }
  if (!host.http || !(asksForOAuth(common) || signsIn)) return undefined;
  const { createResourceServer, readSettings, toIssuerRedirects, toMetadata } = await import(
    "@fairlead/operate/auth"
  );
  const settings = readSettings(common, toScopedTools(surface));
  // The root stands for the one server that is there. Several say it together, where they can.
  const places = host.shared === undefined ? ["", host.path] : [host.path];
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
      documents: toMetadata(settings, { title: surface.title, places }),
      redirects: toIssuerRedirects(settings, { places: ["", host.path] }),
      issuers,
      host: new URL(resource).host,
    },
  };
}
