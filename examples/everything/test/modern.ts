export type Json = { readonly [key: string]: unknown };

const revision = "2026-07-28";
const meta = {
  "io.modelcontextprotocol/protocolVersion": revision,
  "io.modelcontextprotocol/clientInfo": { name: "bare", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {
    elicitation: { form: {} },
    extensions: { "io.modelcontextprotocol/tasks": {} },
  },
};

/** Sends a request of 2026-07-28, without any client library in between. */
export async function post(url: string, method: string, params: Json): Promise<Response> {
  const name = params["name"] ?? params["taskId"];
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": revision,
      "mcp-method": method,
      ...(typeof name === "string" && { "mcp-name": name }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: meta } }),
  });
}

/** The answer of one process to a request: `result` or `error`. */
export async function ask(url: string, method: string, params: Json = {}): Promise<Json> {
  return readAnswer(await post(url, method, params));
}

/** The answer in a response: `result` or `error`. */
export async function readAnswer(response: Response): Promise<Json> {
  const text = await response.text();
  const frames = text.startsWith("{") ? [text] : readEvents(text);
  const answer: Json = JSON.parse(frames.at(-1) ?? "{}");
  return answer;
}

/** The result of a request; throws what is answered instead. */
export async function request(url: string, method: string, params: Json = {}): Promise<Json> {
  const { result, error } = await ask(url, method, params);
  if (!isJson(result)) throw new Error(JSON.stringify(error));
  return result;
}

/** Listens at one process, and writes down each notification until the function it gives is called. */
export async function listen(url: string, notifications: Json) {
  const response = await post(url, "subscriptions/listen", { notifications });
  const heard: Json[] = [];
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const read = async () => {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done) return;
      text += value;
      const end = text.lastIndexOf("\n\n");
      if (end < 0) continue;
      heard.push(...readEvents(text.slice(0, end)).map((frame) => JSON.parse(frame)));
      text = text.slice(end + 2);
    }
  };
  const ended = read().catch(() => undefined);
  return {
    heard,
    headers: response.headers,
    /** What it heard, by its methods. */
    methods: () => heard.map(({ method }) => method),
    async stop() {
      await reader?.cancel().catch(() => undefined);
      await ended;
    },
  };
}

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readEvents(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const data = line.startsWith("data: ") ? line.slice("data: ".length) : "";
    return data === "" ? [] : [data];
  });
}
