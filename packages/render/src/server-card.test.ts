import { expect, test } from "vitest";
import { toDiscovery } from "./server-card.ts";
import { surface } from "./surface.fixture.ts";

const reach = { path: "/mcp", revisions: ["2026-07-28", "2025-11-25"], tokens: false };

function documentsOf(...args: Parameters<typeof toDiscovery>) {
  const documents = toDiscovery(...args);
  return documents.map(({ path, render }) => [path, JSON.parse(render("http://shelf.example:80"))]);
}

test("the card says who the server is and how to connect, and the catalog leads to it", () => {
  expect(documentsOf(surface, reach)).toEqual([
    [
      "/mcp/server-card",
      {
        $schema: "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json",
        name: "io.github.fairlead/shelf",
        title: "Shelf",
        description: "Books on a shelf.",
        version: "1.2.3",
        websiteUrl: "https://example.com/shelf",
        remotes: [
          {
            type: "streamable-http",
            url: "http://shelf.example:80/mcp",
            supportedProtocolVersions: ["2026-07-28", "2025-11-25"],
          },
        ],
      },
    ],
    [
      "/.well-known/ai-catalog.json",
      {
        specVersion: "1.0",
        entries: [
          {
            identifier: "urn:air:fairlead.github.io:mcp:shelf",
            displayName: "Shelf",
            type: "application/mcp-server-card+json",
            mediaType: "application/mcp-server-card+json",
            url: "http://shelf.example:80/mcp/server-card",
          },
        ],
      },
    ],
  ]);
});

test("where callers need a token the card says so, as a secret that is still to be given", () => {
  const [[, card] = []] = documentsOf(surface, { ...reach, tokens: true });
  expect(card.remotes[0].headers).toEqual([
    {
      name: "Authorization",
      description: expect.stringContaining("Bearer"),
      isRequired: true,
      isSecret: true,
    },
  ]);
});

test("icons are in it, and tools, options and instructions are not", () => {
  const icons = [{ src: "https://example.com/shelf.png", mimeType: "image/png", sizes: ["48x48"] }];
  const text = JSON.stringify(documentsOf({ ...surface, icons }, reach));
  expect(text).toContain("https://example.com/shelf.png");
  for (const { tools } of surface.toolsets) {
    for (const { wire } of tools) expect(text).not.toContain(wire.name);
  }
  for (const { flag, env } of surface.options) {
    expect(text).not.toContain(flag);
    expect(text).not.toContain(env);
  }
});

test("a server without a name for registries has no card", () => {
  const { mcpName: _, ...facts } = surface.package;
  expect(() => toDiscovery({ ...surface, package: facts }, reach)).toThrow("mcpName");
});
