import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";

type Answer = (response: ServerResponse) => void;

const json = { "content-type": "application/json" };
const say = (body: string | Buffer, headers: Readonly<Record<string, string>> = json): Answer => {
  return (response) => void response.writeHead(200, headers).end(body);
};

/** Writes until nobody listens any more, as fast as it is read. */
function pour(response: ServerResponse, head: string, piece: string): void {
  response.writeHead(200, json);
  response.write(head);
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on("drain", more);
  more();
}

const depth = 100_000;

/** Answers no API gives, by what is wrong with them. */
export const badAnswers: Readonly<Record<string, Answer>> = {
  "half of a JSON text": say('{"ok": tru'),
  "JSON of another shape": say('{"ok":true,"channels":7,"members":"x","files":null,"login":[]}'),
  null: say("null"),
  "100,000 levels of nesting": say("[".repeat(depth) + "]".repeat(depth)),
  "300 MB in 300 kB, by gzip": say(gzipSync(Buffer.alloc(300 * 1024 * 1024, 32)), {
    ...json,
    "content-encoding": "gzip",
  }),
  "bytes that are not the gzip they claim": say("not packed", {
    ...json,
    "content-encoding": "gzip",
  }),
  "JSON without end": (response) => pour(response, "[0", `,"${"x".repeat(65_536)}"`),
  "text without end, as an error": (response) => {
    response.statusCode = 500;
    pour(response, "", "x".repeat(65_536));
  },
  "a reset in the middle": (response) => {
    response.writeHead(200, { ...json, "content-length": "1000" });
    response.write('{"ok":', () => response.socket?.resetAndDestroy());
  },
  "a redirect to itself": (response) => {
    response.writeHead(302, { location: response.req.url ?? "/" }).end();
  },
  nothing: () => {},
};

/** A hop before an emulator, which may answer in its place. */
export interface Upstream {
  readonly url: string;
  answer: Answer | undefined;
  close(): Promise<void>;
}

export async function createUpstream(target: string): Promise<Upstream> {
  const server = createServer((request, response) => {
    response.on("error", () => {});
    if (upstream.answer !== undefined) upstream.answer(response);
    else void pass(request, response, target);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const upstream: Upstream = {
    url: `http://127.0.0.1:${port}`,
    answer: undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return upstream;
}

async function pass(request: IncomingMessage, response: ServerResponse, target: string) {
  const { method = "GET", url = "/" } = request;
  const body = await buffer(request);
  const headers = Object.entries(request.headersDistinct)
    .filter(([name]) => !/^(?:host|connection|content-length|transfer-encoding)$/.test(name))
    .flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]));
  const answer = await fetch(new URL(url, target), {
    method,
    headers,
    redirect: "manual",
    ...(body.length > 0 && { body }),
  });
  const content = Buffer.from(await answer.arrayBuffer());
  const kept = [...answer.headers].filter(
    ([name]) => !/^(?:content-encoding|content-length|transfer-encoding|connection)$/.test(name),
  );
  response.writeHead(answer.status, Object.fromEntries(kept)).end(content);
}
