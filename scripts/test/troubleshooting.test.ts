import { request } from "node:http";
import { afterAll, expect, test } from "vitest";
import { server } from "../../examples/echo/dist/index.js";
import { toSurface } from "../../packages/runtime/dist/index.js";
import { Endpoint, serveHttp } from "../../packages/runtime/dist/serve.js";
import { readText } from "../lib/packages.ts";

/** What makes a server say it, by the status and the words of its row. */
const causes: Readonly<Record<string, Cause>> = {
  "400 The body is not JSON.": { body: "{" },
  "400 Unsupported protocol version": { headers: { "mcp-protocol-version": "2099-01-01" } },
  "400 Header mismatch: …": { meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } },
  '400 params._meta["…"] is required on every request.': {
    headers: { "mcp-protocol-version": "2026-07-28" },
  },
  "405 GET is not answered here. Send POST.": { method: "GET", body: "" },
  "413 The message is larger than 16 MB (16777216 bytes), which is the limit. …": {
    headers: { "content-length": String(16 * 1024 * 1024 + 1) },
  },
};
const page = readText("docs/troubleshooting.md") ?? "";
const rows = [...page.matchAll(/^\| (\d{3}) `([^`]+)` \|/gm)];

interface Cause {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole body, in place of a call of the tool. */
  readonly body?: string;
  readonly meta?: Readonly<Record<string, string>>;
}

interface Message {
  readonly error?: { readonly message: string };
  readonly result?: { readonly content: readonly { readonly text: string }[] };
}

const endpoint = new Endpoint({
  surface: toSurface(server),
  load: async () => ({ server, config: {} }),
  sink: () => {},
});
const endpoints = new Map([["/mcp", endpoint]]);
const service = await serveHttp({ host: "127.0.0.1", port: 0, endpoints, maxCalls: 8 });
afterAll(() => service.close(1_000));

function send({ method = "POST", headers, body, meta }: Cause, text = "Hello"): Promise<string> {
  const params = { name: "echo", arguments: { text }, ...(meta && { _meta: meta }) };
  const call = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  return new Promise((resolve, reject) => {
    const sent = request(
      `${service.url}/mcp`,
      { method, agent: false, headers: { "content-type": "application/json", ...headers } },
      async (response) => {
        let answer = "";
        for await (const chunk of response.setEncoding("utf8")) answer += chunk;
        sent.destroy();
        resolve(`${response.statusCode} ${toWords(answer)}`);
      },
    );
    sent.on("error", reject);
    // A body that is too long to be sent is announced alone.
    if (headers?.["content-length"] === undefined) sent.end(body ?? call);
    else sent.flushHeaders();
  });
}

/** What an answer says: the message of an error, the text of a result, or a text. */
function toWords(answer: string): string {
  if (!answer.startsWith("{")) return answer;
  const { error, result }: Message = JSON.parse(answer);
  return error?.message ?? result?.content[0]?.text ?? "";
}

/** Words in which `…` stands for what differs. */
function toPattern(words: string): RegExp {
  const parts = words.split("…").map((part) => part.replaceAll(/[.[\]()|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".+")}$`, "s");
}

test("every status with words of the server's has a cause here", () => {
  expect(rows.map(([, status, words]) => `${status} ${words}`)).toEqual(Object.keys(causes));
});

test.each(Object.entries(causes))("%s is what the server says", async (words, cause) => {
  expect(await send(cause)).toMatch(toPattern(words));
});

test("a text that is cut ends in the words of its row", async () => {
  const [, notice = ""] = /^\| A text ends in `([^`]+)` \|/m.exec(page) ?? [];
  expect(notice).toContain("[Cut: ");
  expect(await send({}, "word ".repeat(20_000))).toMatch(toPattern(`200 …${notice}`));
  expect(await send({}, "word")).toBe("200 word");
});
