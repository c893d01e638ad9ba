import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveHttp } from "@fairlead/testing";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { startIssuer } from "./support/issuer.ts";
import { createWorld, eveToken, myToken } from "./support/world.ts";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const answer = z.object({
  result: z.object({
    isError: z.boolean().optional(),
    content: z.array(z.object({ text: z.string().optional() })),
  }),
});

/** A server on HTTP with two callers, and a way to call it as either. */
async function createServer(url: string) {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-github-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "tokens");
  const lines = ["first", "second"].map((who) => {
    return `${who} sha256:${createHash("sha256").update(`inbound-of-${who}`).digest("hex")}`;
  });
  writeFileSync(file, lines.join("\n"));
  return serve(["--token-file", file, "--host", url]);
}

/** A way to call a server that is started with these options. */
async function serve(args: readonly string[]) {
  const served = await serveHttp(bin, args, { GITHUB_PERSONAL_ACCESS_TOKEN: myToken });
  onTestFinished(async () => {
    await served.close();
  });
  return async (bearer: string, name: string, args: object) => {
    const envelope = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "0" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const params = { name, arguments: args, _meta: envelope };
    return fetch(served.url, {
      method: "POST",
      headers: {
        authorization: `Bearer ${bearer}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": name,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
    });
  };
}

test("what one principal read binds that one alone, and no inbound token goes to GitHub", async () => {
  const { fake } = await createWorld();
  await fake.as(eveToken, "POST", "/repos/octocat/hello/issues", { title: "x", body: "y" });
  const send = await createServer(fake.url);
  const call = async (who: string, name: string, args: object) => {
    const response = await send(`inbound-of-${who}`, name, args);
    return answer.parse(await response.json()).result;
  };
  const issue = { owner: "octocat", repo: "hello", issue_number: 4 };
  const note = { owner: "octocat", repo: "secret", title: "t" };
  expect((await call("first", "get_issue", issue)).isError).not.toBe(true);
  expect((await call("first", "create_issue", note)).isError).toBe(true);
  expect((await call("second", "create_issue", note)).isError).not.toBe(true);
  const sent = fake.requests.map(({ headers, url }) => `${headers.authorization} ${url}`);
  expect(sent.join()).not.toContain("inbound-of");
  expect(new Set(fake.requests.map(({ headers }) => headers.authorization?.split(" ")[1]))).toEqual(
    new Set([myToken]),
  );
});

test("somebody without a token, or with GitHub's, gets nothing", async () => {
  const { fake } = await createWorld();
  const send = await createServer(fake.url);
  for (const bearer of ["", "inbound-of-third", myToken]) {
    expect((await send(bearer, "get_me", {})).status).toBe(401);
  }
  expect(fake.requests).toEqual([]);
});

test("A5: an access token goes neither to GitHub nor into the log", async () => {
  const { fake } = await createWorld();
  const issuer = await startIssuer();
  const resource = "https://mcp.example.com/mcp";
  const directory = mkdtempSync(join(tmpdir(), "fairlead-github-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const log = join(directory, "log");
  const send = await serve([
    ...["--host", fake.url, "--oauth-issuer", issuer.url, "--oauth-resource", resource],
    ...["--log-level", "debug", "--log-arguments", "--log-file", log],
  ]);
  const token = issuer.issue(resource, "mcp:read");
  const issue = { owner: "octocat", repo: "hello", issue_number: 1 };
  expect((await send(token, "get_issue", issue)).status).toBe(200);
  // Neither where something goes wrong, nor where it is not good.
  await send(token, "get_issue", { ...issue, repo: "nothing" });
  await send(`${token}x`, "get_issue", issue);
  expect((await send(token, "create_issue", { ...issue, title: "t" })).status).toBe(403);
  const sent = JSON.stringify(fake.requests);
  const written = readFileSync(log, "utf8");
  expect(sent).toContain(myToken);
  expect(written).toContain("get_issue");
  for (const part of token.split(".")) {
    expect(sent).not.toContain(part);
    expect(written).not.toContain(part);
  }
});
