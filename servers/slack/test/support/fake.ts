import { type ConnectedClient, connect } from "@fairlead/runtime/testing";
import { createFakeSlack, type FakeSlack } from "@fairlead/testing";
import type { Clock } from "@fairlead/upstream";
import { expect, onTestFinished } from "vitest";
import { config } from "../../src/config.ts";
import { server } from "../../src/index.ts";
import { openWorkspace, type Workspace } from "../../src/workspace.ts";

export const botToken = "xoxb-1-app-canary";
export const userToken = "xoxp-1-ada-canary";

/** A fake Slack that is gone with the test, which fails if a request did not fit the description. */
export async function startFake(): Promise<FakeSlack> {
  const fake = await createFakeSlack();
  onTestFinished(async () => {
    await fake.close();
    expect(fake.problems).toEqual([]);
  });
  return fake;
}

export interface Connected {
  readonly client: ConnectedClient;
  readonly slack: Workspace;
  /** Milliseconds the way to Slack asked to wait, none of which passed. */
  readonly waits: number[];
}

/** A client of the server on a fake, with all its tools. */
export async function connectTo(
  fake: { readonly apiUrl: string },
  options: Record<string, unknown> = {},
): Promise<Connected> {
  const waits: number[] = [];
  let passed = 0;
  const clock: Clock = {
    now: () => 1_000_000_000_000 + passed,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      waits.push(ms);
      passed += ms;
    },
  };
  const given = { botToken, userToken, apiUrl: fake.apiUrl, ...options };
  const caller = { principal: "test", environment: {}, clock };
  const slack = await openWorkspace(config.parse(given), caller);
  const client = await connect(server, {
    context: { slack },
    policy: { toolsets: ["all"], confirm: "never" },
    secrets: [],
  });
  onTestFinished(async () => {
    await client.close();
    await slack.close();
  });
  return { client, slack, waits };
}

export async function call(client: ConnectedClient, name: string, args: object = {}) {
  const { text, isError, structuredContent, content } = await client.callTool(name, { ...args });
  return { text, isError, output: Object(structuredContent), content };
}

/** What stands between the marks of a text that others wrote. */
export function toBody(marked: string): string {
  return (
    /^<untrusted source="Slack[^"]*">\n([\s\S]*)\n<\/untrusted>$/.exec(marked)?.[1] ?? "not marked"
  );
}

/** The same, for calls that must succeed. */
export async function ok(client: ConnectedClient, name: string, args: object = {}) {
  const answer = await call(client, name, args);
  expect(answer.isError, answer.text).toBe(false);
  return answer;
}
