import { expect, test } from "vitest";
import { toMetadata, toMetadataUrl } from "./metadata.ts";
import { readSettings } from "./settings.ts";

const root = "/.well-known/oauth-protected-resource";

// RFC 9728 section 3.1: between the host and the path.
test.each([
  ["https://mcp.example.com", `https://mcp.example.com${root}`, [root, `${root}/mcp`]],
  ["https://mcp.example.com/", `https://mcp.example.com${root}`, [root, `${root}/mcp`]],
  [
    "https://mcp.example.com:8443/mcp",
    `https://mcp.example.com:8443${root}/mcp`,
    [root, `${root}/mcp`],
  ],
  [
    "https://example.com/tools/git/mcp",
    `https://example.com${root}/tools/git/mcp`,
    [root, `${root}/mcp`, `${root}/tools/git/mcp`],
  ],
])("%s has its metadata at %s", (resource, url, paths) => {
  const settings = readSettings(
    { oauthIssuer: ["https://id.example"], oauthResource: resource },
    [],
  );
  if ("problems" in settings) throw new Error(settings.problems.join());
  expect(toMetadataUrl(resource)).toBe(url);
  const documents = toMetadata(settings, { title: "Git", places: ["", "/mcp"] });
  expect(documents.map(({ path }) => path)).toEqual(paths);
  for (const { text } of documents) {
    expect(JSON.parse(text)).toMatchObject({ resource, resource_name: "Git" });
  }
});
