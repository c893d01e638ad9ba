import { type HttpServer, serveHttp } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { bin } from "./bin.ts";
import { Conversation, type Json } from "./conversation.ts";
import {
  type FeatureName,
  features,
  type Revision,
  revisions,
  stateless,
  supportOf,
} from "./features.ts";

/** Whether the server has a feature, seen by what it does. */
type Probe = (to: Conversation, revision: Revision) => Promise<boolean>;

const wait = { ms: 600_000, steps: 1 };
let server: HttpServer;
beforeAll(async () => {
  server = await serveHttp(bin);
});
afterAll(() => server.close());

const probes: Readonly<Record<FeatureName, Probe>> = {
  async handshake(to) {
    const agreed = await to.request("initialize", to.handshake);
    const alive = await to.request("ping");
    return has(agreed, "serverInfo") && has(alive);
  },
  async discovery(to) {
    return has(await to.request("server/discover"), "supportedVersions");
  },
  async batches(to) {
    const [first, second] = [to.nextId(), to.nextId()];
    const answers = Promise.all([to.answerTo(first), to.answerTo(second)]);
    to.send([first, second].map((id) => to.toRequest(id, "tools/list")));
    return (await answers).every((answer) => has(answer, "tools"));
  },
  async tools(to) {
    const list = await to.request("tools/list");
    return has(list, "tools") && has(await call(to, "test_simple_text"), "content");
  },
  async audio(to) {
    return JSON.stringify(await call(to, "test_audio_content")).includes('"type":"audio"');
  },
  async links(to) {
    return JSON.stringify(await call(to, "get_resource_link")).includes('"type":"resource_link"');
  },
  async resources(to) {
    const list = await to.request("resources/list");
    const read = await to.request("resources/read", { uri: "test://static-text" });
    return has(list, "resources") && has(read, "contents");
  },
  async templates(to) {
    const list = await to.request("resources/templates/list");
    const read = await to.request("resources/read", { uri: "test://template/1/data" });
    return has(list, "resourceTemplates") && has(read, "contents");
  },
  async prompts(to) {
    const list = await to.request("prompts/list");
    const got = await to.request("prompts/get", { name: "test_simple_prompt" });
    return has(list, "prompts") && has(got, "messages");
  },
  async completion(to) {
    const ref = { type: "ref/prompt", name: "test_prompt_with_arguments" };
    const argument = { name: "arg1", value: "por" };
    return has(await to.request("completion/complete", { ref, argument }), "completion");
  },
  async progress(to) {
    await call(to, "test_tool_with_progress", {}, { progressToken: "p" });
    return heard(to, "notifications/progress");
  },
  async cancellation(to) {
    const requestId = to.nextId();
    to.send(to.toRequest(requestId, "tools/call", { name: "wait", arguments: wait }));
    await vi.waitFor(async () => expect(await countWaits(to)).toContain('"running":1'));
    to.send({ method: "notifications/cancelled", params: { requestId } });
    await vi.waitFor(async () => expect(await countWaits(to)).toContain('"cut":1'));
    return true;
  },
  async logging(to, revision) {
    const level = "debug";
    if (revision !== stateless) await to.request("logging/setLevel", { level });
    await call(to, "test_logging_tool", {}, { "io.modelcontextprotocol/logLevel": level });
    return heard(to, "notifications/message");
  },
  async sessions(to, revision) {
    const opened = await post(to, revision);
    expect(opened.status, await opened.text()).toBe(200);
    const id = opened.headers.get("mcp-session-id");
    if (id === null) return false;
    const headers = { "mcp-session-id": id, "mcp-protocol-version": revision };
    const listen = () =>
      fetch(server.url, { headers: { ...headers, accept: "text/event-stream" } });
    const pushed = await listen();
    await pushed.body?.cancel();
    const ended = await fetch(server.url, { method: "DELETE", headers });
    return pushed.ok && ended.ok && (await listen()).status === 404;
  },
  async subscriptions(to, revision) {
    const uri = "test://watched-resource";
    if (revision === stateless) {
      const notifications = { resourcesListChanged: true, resourceSubscriptions: [uri] };
      to.send(to.toRequest(to.nextId(), "subscriptions/listen", { notifications }));
      await vi.waitUntil(() => heard(to, "notifications/subscriptions/acknowledged"));
    } else if (!has(await to.request("resources/subscribe", { uri }))) return false;
    await call(to, "add_note", { text: "new" });
    return (
      heard(to, "notifications/resources/updated") &&
      heard(to, "notifications/resources/list_changed")
    );
  },
  // What a server asks of its client: the suite names the tools that have to ask.
  async sampling(to) {
    await call(to, "test_sampling", { prompt: "Which?" });
    const answer = await call(to, "test_input_required_result_sampling");
    return asks(to, answer, "sampling/createMessage");
  },
  async roots(to) {
    to.send({ method: "notifications/roots/list_changed" });
    const answer = await call(to, "test_input_required_result_list_roots");
    return asks(to, answer, "roots/list");
  },
  async elicitation(to) {
    await call(to, "test_elicitation", { message: "Which?" });
    const answer = await call(to, "test_input_required_result_elicitation");
    return asks(to, answer, "elicitation/create");
  },
  async skills(to) {
    const uri = "skill://use-everything/SKILL.md";
    const list = await to.request("skills/list");
    const got = await to.request("skills/get", { uri });
    const folder = await to.request("resources/directory/read", { uri: "skill://use-everything" });
    return has(list, "skills") && has(got, "skill") && has(folder, "resources");
  },
  async tasks(to) {
    const { error } = await to.request("tasks/get", { taskId: "none" });
    return !JSON.stringify(error).includes("-32601");
  },
};

const names = Object.keys(features).filter((name): name is FeatureName => name in features);

describe.for(revisions)("%s", (revision) => {
  test.for(names)("%s", async (name) => {
    const conversation = await Conversation.open(bin, revision);
    onTestFinished(() => conversation.close());
    const support = supportOf(features[name], revision);
    expect(await probes[name](conversation, revision), support).toBe(support === "answered");
  });
});

function call(to: Conversation, name: string, args: Json = {}, meta: Json = {}): Promise<Json> {
  return to.request("tools/call", { name, arguments: args }, meta);
}

/** The first request of a client over HTTP. */
function post(to: Conversation, revision: Revision): Promise<Response> {
  const [method, params] =
    revision === stateless ? ["tools/list"] : (["initialize", to.handshake] as const);
  return fetch(server.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": revision,
      "mcp-method": method,
    },
    body: JSON.stringify({ jsonrpc: "2.0", ...to.toRequest(1, method, params) }),
  });
}

async function countWaits(to: Conversation): Promise<string> {
  return JSON.stringify(await call(to, "count_waits"));
}

/** Whether an answer is a result, one with this member. */
function has({ result }: Json, member?: string): boolean {
  if (typeof result !== "object" || result === null) return false;
  return member === undefined || member in result;
}

function heard({ heard }: Conversation, method: string): boolean {
  return heard.some((message) => message["method"] === method);
}

function asks(to: Conversation, answer: Json, method: string): boolean {
  return heard(to, method) || JSON.stringify(answer).includes(`"method":"${method}"`);
}
