import type { Icon } from "../define/metadata.ts";
import type { Surface } from "../define/surface.ts";
import { type Identity, toIdentity } from "./server-json.ts";

const schema = "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json";
const cardType = "application/mcp-server-card+json";

/** What a card says of the address that a server is reached at. */
export interface Reach {
  /** The path of its endpoint, such as `/mcp`. */
  readonly path: string;
  /** The revisions it answers. */
  readonly revisions: readonly string[];
  /** Whether callers need a bearer token. */
  readonly tokens: boolean;
}

/** A text that is served at a path, made anew for the origin it is asked for at. */
export interface Document {
  readonly path: string;
  readonly contentType: string;
  render(origin: string): string;
}

/** A server's card (SEP-2127, experimental): who it is and how to connect, and none of its tools. */
export interface ServerCard extends Identity {
  readonly $schema: string;
  readonly icons?: readonly Icon[];
  readonly remotes: readonly {
    readonly type: "streamable-http";
    readonly url: string;
    readonly supportedProtocolVersions: readonly string[];
    readonly headers?: readonly object[];
  }[];
}

/** The card of a server, and the catalog of its origin that leads to it. */
export function toDiscovery(surface: Surface, reach: Reach): readonly Document[] {
  const identity = toIdentity(surface);
  const card = `${reach.path}/server-card`;
  return [
    {
      path: card,
      contentType: cardType,
      render: (origin) => JSON.stringify(toServerCard(surface, identity, reach, origin)),
    },
    {
      path: "/.well-known/ai-catalog.json",
      contentType: "application/ai-catalog+json",
      render: (origin) => JSON.stringify(toCatalog(identity, `${origin}${card}`)),
    },
  ];
}

function toServerCard(
  { icons }: Surface,
  identity: Identity,
  { path, revisions, tokens }: Reach,
  origin: string,
): ServerCard {
  return {
    $schema: schema,
    ...identity,
    ...(icons !== undefined && { icons }),
    remotes: [
      {
        type: "streamable-http",
        url: `${origin}${path}`,
        supportedProtocolVersions: revisions,
        ...(tokens && { headers: [authorization] }),
      },
    ],
  };
}

const secret = { isRequired: true, isSecret: true } as const;
const authorization = {
  name: "Authorization",
  description: "Bearer token of the caller.",
  ...secret,
  value: "Bearer {token}",
  variables: {
    token: { description: "Token that the operator of the server has given you.", ...secret },
  },
};

/** `io.github.you/thing` is `urn:air:you.github.io:mcp:thing` there. */
function toCatalog({ name, title }: Identity, url: string) {
  const [space = "", own = ""] = name.split("/");
  const publisher = space.split(".").toReversed().join(".");
  return {
    specVersion: "1.0",
    entries: [
      {
        identifier: `urn:air:${publisher}:mcp:${own}`,
        displayName: title,
        // The card's draft calls it `type`, the catalog's `mediaType`: each reader finds its own.
        type: cardType,
        mediaType: cardType,
        url,
      },
    ],
  };
}
