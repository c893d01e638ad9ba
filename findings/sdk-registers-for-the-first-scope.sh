#!/bin/sh
# @modelcontextprotocol/sdk 1.32.2 and @modelcontextprotocol/client 2.4.0, with oidc-provider 9.13.3: a
# client that registers itself is registered for the scope of the first call alone, whatever the scope
# of its own metadata is, and so it can never be given another.
#
# A server asks for "read" at first, as MCP recommends, and for "write" when a call needs it. One would
# expect `clientMetadata` to be what is registered. In its place both clients send the scope they were
# just asked for. RFC 7591 says that `scope` is what the
# client may request, and an authorization server that holds it to that refuses the next request. The
# registration is kept, so this does not end by itself.
#
# Seen: clientMetadata.scope "read write"; v1 registers for "read", then "write" gives invalid_scope; v2 registers for "read", then "write" gives invalid_scope
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @modelcontextprotocol/sdk@1.32.2 \
  @modelcontextprotocol/client@2.4.0 oidc-provider@9.13.3
cat >show.mjs <<'END'
import { strictEqual } from "node:assert";
import { createServer } from "node:http";
import * as v1 from "@modelcontextprotocol/sdk/client/auth.js";
import * as v2 from "@modelcontextprotocol/client";
import Provider from "oidc-provider";

// What oidc-provider says of settings that a real one would have.
console.info = () => {};
console.warn = () => {};

let answer;
const server = createServer((request, response) => answer(request, response)).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const resource = `${origin}/mcp`;
const provider = new Provider(origin, {
  scopes: ["offline_access", "openid", "read", "write"],
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, audience) => ({ audience, scope: "read write" }),
    },
  },
});
const authorize = provider.callback();
// The metadata of the server that MCP is served at; all else is the authorization server's.
answer = (request, response) => {
  if (request.url !== "/.well-known/oauth-protected-resource/mcp") return authorize(request, response);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ resource, authorization_servers: [origin] }));
};

async function show({ auth }) {
  let page;
  let registered;
  let discovered;
  const callback = "http://127.0.0.1:8765/callback";
  const client = {
    redirectUrl: callback,
    clientMetadata: {
      redirect_uris: [callback],
      scope: "read write",
      token_endpoint_auth_method: "none",
    },
    clientInformation: () => registered,
    saveClientInformation: (information) => (registered = information),
    tokens: () => undefined,
    saveDiscoveryState: (state) => (discovered = state),
    discoveryState: () => discovered,
    redirectToAuthorization: (url) => (page = url),
    saveCodeVerifier: () => {},
  };
  await auth(client, { serverUrl: resource, scope: "read" });
  const open = async () => {
    const response = await fetch(page, { redirect: "manual" });
    const to = new URL(response.headers.get("location"), origin);
    return to.searchParams.get("error") ?? to.pathname.split("/")[1];
  };
  strictEqual(await open(), "interaction");
  await auth(client, { serverUrl: resource, scope: "read write" });
  return `registers for "${registered.scope}", then "write" gives ${await open()}`;
}

const seen = `v1 ${await show(v1)}; v2 ${await show(v2)}`;
console.log(`clientMetadata.scope "read write"; ${seen}`);
strictEqual(
  seen,
  'v1 registers for "read", then "write" gives invalid_scope; v2 registers for "read", then "write" gives invalid_scope',
);
server.closeAllConnections();
server.close();
END
node show.mjs
