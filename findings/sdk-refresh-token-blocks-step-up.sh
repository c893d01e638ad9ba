#!/bin/sh
# @modelcontextprotocol/sdk 1.32.2: a client that holds a refresh token is never given more than it was
# given first. @modelcontextprotocol/client 2.4.0 is, with the same provider.
#
# A server answers a call that needs more with 403, insufficient_scope and the scope. One would expect
# the client to send its user to the authorization server for it, as it does without a refresh token,
# and that a refresh token, which most authorization servers give, makes things easier. With one, v1
# exchanges it first: that gives a new token of the old scope (RFC 6749, section 6, allows no more), the
# call is refused again, and the client gives up without having asked anybody.
#
# Seen: v1 asks for "write" without a refresh token, and with one for nothing (Streamable HTTP error: Server returned 403 after trying upscoping); v2 asks for "read write" without a refresh token, and with one for "read write"
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts @modelcontextprotocol/sdk@1.32.2 \
  @modelcontextprotocol/client@2.4.0
cat >server.mjs <<'END'
// A server and its authorization server in one: any token is good for the scope "read" alone.
import { createServer } from "node:http";
import { json, text } from "node:stream/consumers";

export async function listen() {
  const server = createServer(async (request, response) => {
    const origin = `http://${request.headers.host}`;
    const answer = (status, body, headers = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`;
    const refuse = (status, rest) =>
      answer(status, {}, { "www-authenticate": `Bearer ${rest}, resource_metadata="${metadata}"` });
    if (request.url === "/.well-known/oauth-protected-resource/mcp") {
      return answer(200, { resource: `${origin}/mcp`, authorization_servers: [origin] });
    }
    if (request.url === "/.well-known/oauth-authorization-server") {
      return answer(200, {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        response_types_supported: ["code"],
        grant_types_supported: ["authorization_code", "refresh_token"],
        code_challenge_methods_supported: ["S256"],
        token_endpoint_auth_methods_supported: ["none"],
      });
    }
    if (request.url === "/token") {
      const grant = new URLSearchParams(await text(request)).get("grant_type");
      if (grant !== "refresh_token") return answer(400, { error: "invalid_grant" });
      return answer(200, { access_token: "renewed", token_type: "Bearer", scope: "read", refresh_token: "r" });
    }
    if (request.method !== "POST" || request.url !== "/mcp") return answer(405, {});
    if (request.headers.authorization === undefined) return refuse(401, 'scope="read"');
    const { id, method, params } = await json(request);
    if (method === "tools/call") return refuse(403, 'error="insufficient_scope", scope="write"');
    if (id === undefined) return response.writeHead(202).end();
    const { protocolVersion } = params;
    const serverInfo = { name: "s", version: "1.0.0" };
    const result = { protocolVersion, capabilities: { tools: {} }, serverInfo };
    return answer(200, { jsonrpc: "2.0", id, result });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}
END
cat >show.mjs <<'END'
import { strictEqual } from "node:assert";
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { listen } from "./server.mjs";

const { server, origin } = await listen();

/** What a signed-in client asks its user for when a call needs more. */
async function ask(Client, Transport, more) {
  let asked;
  let discovered;
  const authProvider = {
    redirectUrl: "http://127.0.0.1:8765/callback",
    clientMetadata: { redirect_uris: ["http://127.0.0.1:8765/callback"] },
    clientInformation: () => ({ client_id: "c", issuer: origin }),
    tokens: () => ({ access_token: "first", token_type: "Bearer", scope: "read", issuer: origin, ...more }),
    saveTokens: () => {},
    saveDiscoveryState: (state) => (discovered = state),
    discoveryState: () => discovered,
    redirectToAuthorization: (page) => (asked = page.searchParams.get("scope")),
    saveCodeVerifier: () => {},
    codeVerifier: () => "",
  };
  const client = new Client({ name: "c", version: "1.0.0" });
  await client.connect(new Transport(new URL(`${origin}/mcp`), { authProvider }));
  const error = await client.callTool({ name: "write", arguments: {} }).catch((thrown) => thrown);
  await client.close();
  return asked === undefined ? `nothing (${error.message})` : `"${asked}"`;
}

async function compare(...client) {
  const without = await ask(...client, {});
  const withOne = await ask(...client, { refresh_token: "r" });
  return `asks for ${without} without a refresh token, and with one for ${withOne}`;
}

const v1 = await compare(ClientV1, HttpV1);
const v2 = await compare(ClientV2, HttpV2);
console.log(`v1 ${v1}; v2 ${v2}`);
const failure = "Streamable HTTP error: Server returned 403 after trying upscoping";
strictEqual(v1, `asks for "write" without a refresh token, and with one for nothing (${failure})`);
strictEqual(v2, 'asks for "read write" without a refresh token, and with one for "read write"');
server.closeAllConnections();
server.close();
END
node show.mjs
