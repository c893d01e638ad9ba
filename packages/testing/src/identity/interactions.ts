import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type Provider from "oidc-provider";
import type { Person } from "./people.ts";

/** The pages on which a person signs in and agrees. */
export interface Interactions {
  has(request: IncomingMessage): boolean;
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** Signs in these people, by their passwords, and gives a client what the person agrees to. */
export function createInteractions(provider: Provider, people: readonly Person[]): Interactions {
  return {
    has: ({ url = "" }) => url.startsWith("/interaction/"),
    async answer(request, response) {
      try {
        if (request.method === "POST") await take(provider, people, request, response);
        else await show(provider, request, response);
      } catch (error) {
        response.writeHead(400, { "content-type": "text/plain" }).end(String(error));
      }
    },
  };
}

async function show(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(request, response);
  const fields =
    prompt.name === "login"
      ? '<input name="name"><input name="password" type="password">'
      : `<p>${String(params["client_id"]).replaceAll(/[<&]/g, "_")} asks for your agreement.</p>`;
  const page = `<!doctype html><title>${prompt.name}</title>
    <form method="post" action="${request.url}">${fields}<button>Continue</button></form>`;
  response.writeHead(200, { "content-type": "text/html" }).end(page);
}

async function take(
  provider: Provider,
  people: readonly Person[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  const finish = (result: object) =>
    provider.interactionFinished(
      request,
      response,
      { ...result },
      { mergeWithLastSubmission: true },
    );
  if (prompt.name === "login") {
    const form = new URLSearchParams(await text(request));
    const name = form.get("name") ?? "";
    const password = form.get("password");
    if (!people.some((one) => one.name === name && one.password === password)) {
      response.writeHead(403, { "content-type": "text/plain" }).end("Wrong name or password.");
      return;
    }
    return finish({ login: { accountId: name } });
  }
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant =
    known ??
    new provider.Grant({ accountId: session?.accountId, clientId: String(params["client_id"]) });
  const { missingOIDCScope, missingResourceScopes } = prompt.details;
  grant.addOIDCScope(toScope(missingOIDCScope));
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, toScope(scopes));
  }
  return finish({ consent: { grantId: await grant.save() } });
}

function toScope(scopes: unknown): string {
  return Array.isArray(scopes) ? scopes.join(" ") : "";
}
