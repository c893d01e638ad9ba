import type { Surface } from "@fairlead/define";
import { toIdentity } from "./server-json.ts";

const schema = "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json";
const contentType = "application/mcp-server-card+json";

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

/**
 * The card of a server (SEP-2127, experimental), which says who it is and how to connect and names none
 * of its tools, and the catalog of its origin, which leads to the card.
 */
export function toDiscovery(
  surface: Surface,
  { path, revisions, tokens }: Reach,
): readonly Document[] {
  const { icons } = surface;
  const identity = toIdentity(surface);
  const toCard = (origin: string) => {
    const remote = { type: "streamable-http", url: `${origin}${path}` };
    const headers = tokens && { headers: [authorization] };
    const remotes = [{ ...remote, supportedProtocolVersions: revisions, ...headers }];
    return { $schema: schema, ...identity, ...(icons && { icons }), remotes };
  };
  const [space = "", own = ""] = identity.name.split("/");
  const entry = {
    // `io.github.you/thing` is `urn:air:you.github.io:mcp:thing` there.
    identifier: `urn:air:${space.split(".").toReversed().join(".")}:mcp:${own}`,
    displayName: identity.title,
    // The card's draft calls it `type`, the catalog's `mediaType`: each reader finds its own.
    ...{ type: contentType, mediaType: contentType },
  };
  const card = `${path}/server-card`;
  const toCatalog = (origin: string) => {
    return { specVersion: "1.0", entries: [{ ...entry, url: `${origin}${card}` }] };
  };
  return [
    { path: card, contentType, render: (origin) => JSON.stringify(toCard(origin)) },
    {
      path: "/.well-known/ai-catalog.json",
      contentType: "application/ai-catalog+json",
      render: (origin) => JSON.stringify(toCatalog(origin)),
    },
  ];
}

const authorization = {
  name: "Authorization",
  description: "`Bearer` and the token that the operator of the server has given you.",
  isRequired: true,
  isSecret: true,
};
