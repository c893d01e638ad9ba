import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import {
  ada,
  askingClients,
  createUser,
  grace,
  type Person,
  register,
  startIdentityProvider,
  startSigningIn,
} from "@fairlead/testing/identity";
import { expect, onTestFinished, test } from "vitest";
import { buildDocument } from "./support/built.ts";
import { createSharedFolder } from "./support/newcomer.ts";

/** An API behind a real authorization server, which tells callers who they are there. */
async function startService() {
  const issuer = await startIdentityProvider({ scopes: ["notes"] });
  const bearers: (string | undefined)[] = [];
  const api = createServer(async ({ headers: { authorization = "" } }, response) => {
    bearers.push(authorization);
    const answer = await fetch(`${issuer.issuer}/me`, { headers: { authorization } });
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    api.close();
    await issuer.close();
  });
  const address = api.address();
  if (address === null || typeof address === "string") throw new TypeError("Not a TCP server.");
  const document = {
    openapi: "3.0.3",
    info: { title: "Notes", version: "1" },
    servers: [{ url: `http://127.0.0.1:${address.port}` }],
    paths: {
      "/me": {
        get: {
          operationId: "get_me",
          summary: "Who you are.",
          security: [{ login: ["openid"] }],
          responses: { 200: { description: "You." } },
        },
      },
    },
    components: {
      securitySchemes: {
        login: {
          type: "oauth2",
          flows: {
            authorizationCode: {
              authorizationUrl: `${issuer.issuer}/auth`,
              tokenUrl: `${issuer.issuer}/token`,
              scopes: { openid: "Who you are." },
            },
          },
        },
      },
    },
  };
  return { issuer, bearers, document };
}

test("A8: callers of a generated server sign in at the API's own authorization server", async () => {
  const { issuer, bearers, document } = await startService();
  const folder = await createSharedFolder();
  await writeFile(join(folder, "notes.json"), JSON.stringify(document));
  const out = await buildDocument(folder, "notes.json", "--name", "notes");
  const world = await startSigningIn({
    bin: join(out, "dist/main.cjs"),
    args: () => [],
    registerApp: (redirectUri) => register(issuer, redirectUri),
  });
  onTestFinished(() => world.close());
  const connect = async (person: Person) => {
    const { onAddress } = createUser(person);
    const token = await world.tokenOf(person);
    const client = await askingClients["client v2"](world.server.url, { token, onAddress });
    onTestFinished(() => client.close());
    return { client, token };
  };
  const [adas, graces] = [await connect(ada), await connect(grace)];
  for (const [{ client }, name] of [[adas, "ada"] as const, [graces, "grace"] as const]) {
    const { isError, text } = await client.call("get_me");
    expect([isError, text]).toEqual([false, expect.stringContaining(`"sub":"${name}"`)]);
  }
  expect(new Set(bearers).size).toBe(2);
  for (const { token } of [adas, graces]) expect(bearers).not.toContain(`Bearer ${token}`);
});
