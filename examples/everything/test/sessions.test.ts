import { type Connect, Host, type HttpServer, serveHttp, sessionClients } from "@fairlead/testing";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { bin } from "./bin.ts";

let server: HttpServer;
afterEach(() => server.close());

/** A host whose client knows one URL, behind which is whatever serves at the moment. */
function open(connect: Connect): Host {
  const toServer = (_: string | URL, init?: RequestInit) => fetch(server.url, init);
  const host = new Host(() => connect("http://server.example/mcp", toServer));
  onTestFinished(() => host.close());
  return host;
}

const done = { content: [{ type: "text", text: "The work is done." }] };

describe.for(Object.entries(sessionClients))("the official client %s", ([, connect]) => {
  test("gets another session after a restart lost its first, and its user notices nothing", async () => {
    server = await serveHttp(bin);
    const host = open(connect);
    expect(await host.call("describe_caller")).toMatchObject({
      structuredContent: { client: { name: "sessions" } },
    });
    const { session } = host;
    expect(await server.close()).toBe(0);
    server = await serveHttp(bin);
    expect(await host.call("describe_caller")).toMatchObject({
      structuredContent: { client: { name: "sessions" } },
    });
    expect(host.lost).toEqual([session]);
    expect(host.session).not.toBe(session);
  });

  test("comes back for an answer whose stream was closed before it", async () => {
    server = await serveHttp(bin, ["--max-stream-seconds", "1"]);
    const host = open(connect);
    expect(await host.call("test_reconnection")).toMatchObject(done);
    expect(host.lost).toEqual([]);
  });
});
