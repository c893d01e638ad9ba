import { importDemo } from "@fairlead/guard";
import type { Tokens } from "./api/tokens.ts";

/** An embedded workspace: it lives in this process, on loopback, and is gone with it. */
export interface Demo {
  readonly apiUrl: string;
  readonly tokens: Tokens;
  /** Tools for which the emulator has no method. */
  readonly missing: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

const people = [
  { name: "ada", real_name: "Ada Adler" },
  { name: "kofi", real_name: "Kofi Costa" },
  { name: "lena", real_name: "Lena Fischer" },
];
const channels = [
  { name: "launch", topic: "Version 2, out on the first of the month" },
  { name: "support", topic: "Questions of customers" },
];

const missing = new Map([
  ["slack_list_usergroups", "The demo has no groups."],
  ["slack_create_canvas", "The demo has no canvases."],
]);

/** What was said, by whom and where; a reply goes to the message before it. */
const said = [
  { by: "ada", to: "launch", text: "The release notes are ready for review." },
  { by: "kofi", to: "launch", text: "Reading them now.", reply: true },
  {
    by: "lena",
    to: "launch",
    text: "The upgrade guide still lacks a page on rollbacks.",
    reply: true,
  },
  { by: "kofi", to: "launch", text: "Load test is green: 12,000 requests a second, no errors." },
  { by: "lena", to: "support", text: "Two customers ask whether exports keep their time zone." },
  { by: "ada", to: "support", text: "They do, from 1.8 on. I will write that down.", reply: true },
  { by: "kofi", to: "general", text: "Lunch is at half past twelve today." },
];

/** Starts an embedded Slack with a few people, channels and messages; needs the package emulate. */
export async function openDemo(): Promise<Demo> {
  const { createEmulator } = await importDemo(() => import("emulate"), {
    server: "@fairlead/server-slack",
    needs: "emulate@0.12.2",
  });
  const tokens = people.map(({ name }) => ({ token: `xoxb-demo-${name}`, user: name }));
  const team = { name: "Demo", domain: "demo" };
  const emulator = await createEmulator({
    service: "slack",
    port: 0,
    seed: { slack: { team, users: people, channels, tokens } },
  });
  const apiUrl = `${emulator.url}/api/`;
  await fill(apiUrl);
  return {
    apiUrl,
    tokens: { bot: "xoxb-demo-ada", user: undefined },
    missing,
    close: () => emulator.close(),
  };
}

async function fill(apiUrl: string): Promise<void> {
  let parent: string | undefined;
  for (const { by, to, text, reply = false } of said) {
    const response = await fetch(new URL("chat.postMessage", apiUrl), {
      method: "POST",
      headers: { authorization: `Bearer xoxb-demo-${by}`, "content-type": "application/json" },
      body: JSON.stringify({ channel: to, text, ...(reply && { thread_ts: parent }) }),
    });
    const answer: unknown = await response.json();
    const ts = typeof answer === "object" && answer !== null && "ts" in answer ? answer.ts : "";
    if (!reply) parent = String(ts);
  }
}
