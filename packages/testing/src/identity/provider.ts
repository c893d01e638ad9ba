import { generateKeyPairSync, randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import Provider, {
  type ClientMetadata,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
} from "oidc-provider";
import { listen } from "../fakes/listen.ts";
import { createInteractions } from "./interactions.ts";
import { ada, grace, type Person } from "./people.ts";
import { createRecords } from "./records.ts";

export type { ClientMetadata };

export interface IdentityProviderOptions {
  /** What a client may ask for, of any resource. */
  readonly scopes: readonly string[];
  /** Whether a token says what it grants (RFC 9068), as by default, or has to be asked about (RFC 7662). */
  readonly tokens?: "jwt" | "opaque";
  /** Those who can sign in; `ada` and `grace` by default. */
  readonly people?: readonly Person[];
  /** Clients that someone has registered by hand. */
  readonly clients?: readonly ClientMetadata[];
  /**
   * Client id metadata documents by their URL, which stand for the network they would come from. Without
   * them the server does not offer that way to register.
   */
  readonly documents?: Readonly<Record<string, object>>;
}

/** A real authorization server (`oidc-provider`) on a free port of loopback. */
export interface IdentityProvider {
  /** Where it listens, and the `iss` of its tokens. */
  readonly issuer: string;
  /** What it did so far: `registration`, or the grant by which it gave a token. */
  readonly deeds: readonly string[];
  /** How old the next access token is when it is given, in seconds; those after it are new. */
  nextTokenAge: number;
  /** What a token is for if the client names no resource, as in 2025-03-26, which has no such parameter. */
  defaultResource: string | undefined;
  /** What the next access tokens say as `tenant`. */
  tenant: string | undefined;
  close(): Promise<void>;
}

const tokenSeconds = 600;
const recordSeconds = 3600;
const loopback = ["127.0.0.1", "[::1]", "localhost"];

/**
 * Starts an authorization server with all that clients of MCP use: PKCE, resource indicators (RFC 8707)
 * with JWT access tokens (RFC 9068), dynamic registration (RFC 7591), client id metadata documents,
 * client credentials, refresh tokens and DPoP (RFC 9449). A `createBrowser()` can sign in to it.
 */
export async function startIdentityProvider(
  options: IdentityProviderOptions,
): Promise<IdentityProvider> {
  const deeds: string[] = [];
  let handle: RequestListener = (_, response) => void response.writeHead(503).end();
  const { url, close } = await listen((request, response) => handle(request, response));
  const identity = {
    ...{ issuer: url, deeds, close, nextTokenAge: 0 },
    ...{ defaultResource: undefined, tenant: undefined },
  };
  handle = createIdentityProvider(identity, options);
  return identity;
}

/** The same without a port of its own: answers what is asked at its issuer. */
export function createIdentityProvider(
  identity: Omit<IdentityProvider, "deeds" | "close"> & { readonly deeds: string[] },
  options: IdentityProviderOptions,
): RequestListener {
  const { deeds } = identity;
  const provider = new Provider(identity.issuer, toConfiguration(options, identity));
  provider.on("registration_create.success", () => void deeds.push("registration"));
  provider.on("grant.success", ({ oidc }: KoaContextWithOIDC) => {
    deeds.push(String(oidc.params?.["grant_type"]));
  });
  // It keeps to itself why a grant is refused, and MCPJam's suite wants to read that.
  provider.on("grant.error", (ctx, { error, error_description, error_detail }) => {
    ctx.body = { error, error_description: error_detail ?? error_description };
  });
  const interactions = createInteractions(provider, options.people ?? [ada, grace]);
  const answer = provider.callback();
  return (request, response) => {
    if (interactions.has(request)) void interactions.answer(request, response);
    else void answer(request, response);
  };
}

function toConfiguration(
  { scopes, tokens = "jwt", clients = [], documents }: IdentityProviderOptions,
  identity: Pick<IdentityProvider, "nextTokenAge" | "defaultResource" | "tenant">,
): Configuration {
  return {
    adapter: createRecords(),
    clients: [...clients],
    jwks: { keys: [createKey()] },
    cookies: { keys: [randomUUID()] },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    // Those of resources too: its metadata is where clients of 2025-03-26 find what they may ask for.
    scopes: ["openid", "offline_access", ...scopes],
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    pkce: { required: () => true },
    ttl: {
      ...{ AccessToken: tokenSeconds, ClientCredentials: tokenSeconds, IdToken: tokenSeconds },
      ...{ Grant: recordSeconds, Interaction: recordSeconds, RefreshToken: recordSeconds },
      ...{ Session: recordSeconds, AuthorizationCode: tokenSeconds },
    },
    extraTokenClaims: () => ({ ...(identity.tenant !== undefined && { tenant: identity.tenant }) }),
    // Without this it gives one for the scope offline_access alone, which hosts do not ask for.
    issueRefreshToken: async (_, client) => client.grantTypeAllowed("refresh_token"),
    extraClientMetadata: { properties: ["fairlead"], validator: judgeClient },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      registration: { enabled: true },
      revocation: { enabled: true, allowedPolicy: isOwner },
      introspection: { enabled: true, allowedPolicy: () => true },
      dPoP: { enabled: true },
      clientIdMetadataDocument: { enabled: documents !== undefined, ack: "draft-02" },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => identity.defaultResource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, audience) => ({
          ...{ audience, scope: scopes.join(" "), accessTokenFormat: tokens },
          ...{ accessTokenTTL: tokenSeconds, jwt: { sign: { alg: "ES256" } } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt(_, _token, { payload }) {
          payload["iat"] = Number(payload["iat"]) - identity.nextTokenAge;
          payload["exp"] = Number(payload["exp"]) - identity.nextTokenAge;
          identity.nextTokenAge = 0;
        },
      },
    },
    renderError(ctx, { error, error_description }) {
      ctx.type = "application/json";
      ctx.body = { error, error_description };
    },
    fetch: async (address) => {
      const document = documents?.[String(address)];
      return document === undefined ? new Response(null, { status: 404 }) : Response.json(document);
    },
  };
}

/** Whether a client asks to take back a token of its own. */
function isOwner(
  _: unknown,
  { clientId }: { readonly clientId: string },
  token: { readonly clientId?: string | undefined },
): boolean {
  return token.clientId === clientId;
}

function createKey() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), alg: "ES256", use: "sig", kid: randomUUID() };
}

/** Rules about clients that authorization servers in the field have and this one leaves to its operator. */
function judgeClient(_: unknown, _key: string, _value: unknown, metadata: ClientMetadata): void {
  // RFC 7591 has `code` as the default response type, and that needs a redirect URI: a machine has neither.
  if (metadata.grant_types?.every((grant) => grant === "client_credentials")) {
    metadata.response_types = [];
  }
  // The official clients register for the scope that they need first, and would never be given another.
  metadata.scope = undefined;
  for (const address of metadata.redirect_uris ?? []) {
    const { protocol, hostname } = new URL(address);
    if (protocol !== "http:" || loopback.includes(hostname)) continue;
    const text = `A redirect_uri has to be https unless it is on loopback, and ${address} is not.`;
    throw new errors.CustomOIDCProviderError("invalid_redirect_uri", text);
  }
}
