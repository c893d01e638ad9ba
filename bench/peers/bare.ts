// The physical limit: parses a frame, answers it, and checks nothing. One file with no import of
// its own on the way to the first answer, because a file more is a millisecond more to start.

interface Frame {
  readonly id?: number | string;
  readonly method: string;
  readonly params: { readonly arguments: { readonly text: string } };
}

const serverInfo = { name: "echo", version: "0.1.0" };
const echo = {
  name: "echo",
  title: "Echo",
  description: "Returns the text it is given, unchanged.",
  inputSchema: {
    type: "object",
    properties: { text: { type: "string", description: "The text to return." } },
    required: ["text"],
    additionalProperties: false,
  },
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  },
};

const { argv } = process;
const port = argv.includes("--port") ? argv[argv.indexOf("--port") + 1] : undefined;
const { large, tools } = argv.includes("echo")
  ? { large: undefined, tools: [echo] }
  : await toOtherWorkload();
let list: string | undefined;

if (port === undefined) serveStdio();
else await serveHttp();

function serveStdio(): void {
  let rest = "";
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    let answers = "";
    for (const line of lines) {
      const text = answer(line);
      if (text !== undefined) answers += `${text}\n`;
    }
    if (answers !== "") process.stdout.write(answers);
  });
}

async function serveHttp(): Promise<void> {
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const text = answer(body) ?? "";
      response.writeHead(200, {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(text),
      });
      response.end(text);
    });
  });
  server.listen(Number(port), "127.0.0.1");
}

/** The answer to a frame, or nothing for a notification. */
function answer(text: string): string | undefined {
  const frame: Frame = JSON.parse(text);
  if (frame.id === undefined) return undefined;
  if (frame.method === "tools/call") return reply(frame.id, call(frame));
  if (frame.method === "tools/list") {
    list ??= JSON.stringify({ tools, resultType: "complete" });
    return `{"jsonrpc":"2.0","id":${JSON.stringify(frame.id)},"result":${list}}`;
  }
  return reply(frame.id, {
    protocolVersion: "2025-11-25",
    capabilities: { tools: {} },
    serverInfo,
  });
}

function reply(id: number | string, result: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, result });
}

function call(frame: Frame) {
  const text = large ?? frame.params.arguments.text;
  return { content: [{ type: "text", text }], resultType: "complete" };
}

async function toOtherWorkload() {
  const { fillerCount, fillerFacts, fillerFields, largeFacts, toLargeText, workload } =
    await import("./workload.ts");
  if (workload === "ten-megabytes") {
    return { large: toLargeText(), tools: [{ ...echo, ...largeFacts }] };
  }
  const properties = fillerFields.map(([name, description]) => [
    name,
    { type: "string", description },
  ]);
  const fillers = Array.from({ length: fillerCount }, (_, index) => ({
    ...echo,
    ...fillerFacts(index),
    inputSchema: {
      ...echo.inputSchema,
      properties: Object.fromEntries(properties),
      required: fillerFields.map(([name]) => name),
    },
  }));
  return { large: undefined, tools: [...fillers, echo] };
}
