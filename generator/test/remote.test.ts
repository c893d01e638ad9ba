import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { createUrlGuard } from "@fairlead/guard";
import { expect, onTestFinished, test } from "vitest";
import { load } from "../src/load/load.ts";
import { createFolder, toDocument } from "./support/api.ts";

const ok = { responses: { 200: { description: "OK" } } };

/** A host whose name only the guard knows, so that only a checked address leads to it. */
async function createHost(answer: (path: string) => { location?: string; body?: unknown }) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.headers.host}${request.url}`);
    const { location, body } = answer(request.url ?? "");
    response.writeHead(location === undefined ? 200 : 302, { ...(location && { location }) });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { host: `specs.example:${port}`, port, seen };
}

async function follow(reference: string, host: string, lookup: () => string) {
  const directory = await createFolder();
  const requestBody = { content: { "application/json": { schema: { $ref: reference } } } };
  const document = toDocument({ "/x": { post: { requestBody, ...ok } } });
  await writeFile(join(directory, "api.json"), JSON.stringify(document));
  const guard = createUrlGuard({ allowHosts: [host], lookup: async () => [lookup()] });
  return load("api.json", { directory, allowRemoteRefs: [host], guard });
}

test("a host that is allowed is asked at the address that was checked", async () => {
  const { host, seen } = await createHost(() => ({ body: { type: "object" } }));
  const loaded = await follow(`http://${host}/a.json`, host, () => "127.0.0.1");
  expect(loaded.files).toBe(2);
  expect(seen).toEqual([`${host}/a.json`]);
});

test("a name that leads elsewhere at its second look-up gains nothing", async () => {
  const { port } = await createHost(() => ({ body: {} }));
  // Only the name of another port is allowed, so that addresses decide.
  const directory = await createFolder();
  const schema = { $ref: `http://specs.example:${port}/a.json` };
  const requestBody = { content: { "application/json": { schema } } };
  await writeFile(
    join(directory, "api.json"),
    JSON.stringify(toDocument({ "/x": { post: { requestBody, ...ok } } })),
  );
  const addresses = ["127.0.0.1"];
  const guard = createUrlGuard({ lookup: async () => addresses });
  const options = { directory, allowRemoteRefs: [`specs.example:${port}`], guard };
  await expect(load("api.json", options)).rejects.toThrow(/not on the public Internet/);
});

test.each([
  ["http://169.254.169.254/latest", "Refused to read"],
  ["http://elsewhere.example/a.json", "Refused to read"],
  ["file:///etc/passwd", "Refused to read"],
])("a redirect to %s is refused", async (location, words) => {
  const { host } = await createHost(() => ({ location }));
  await expect(follow(`http://${host}/a.json`, host, () => "127.0.0.1")).rejects.toThrow(words);
});

test("redirects at a host that is allowed are followed, and end", async () => {
  const { host, seen } = await createHost((path) =>
    path === "/a.json" ? { location: "/b.json" } : { body: { type: "object" } },
  );
  await follow(`http://${host}/a.json`, host, () => "127.0.0.1");
  expect(seen).toEqual([`${host}/a.json`, `${host}/b.json`]);
  const round = await createHost(() => ({ location: "/a.json" }));
  const going = follow(`http://${round.host}/a.json`, round.host, () => "127.0.0.1");
  await expect(going).rejects.toThrow("too many redirects");
  expect(round.seen.length).toBe(6);
});
