import type {
  ConversationsHistoryResponse,
  ConversationsInfoResponse,
  FilesInfoResponse,
  UsergroupsListResponse,
  UsersInfoResponse,
} from "@slack/web-api";

export type SlackChannel = NonNullable<ConversationsInfoResponse["channel"]>;
export type SlackMessage = NonNullable<ConversationsHistoryResponse["messages"]>[number];
export type SlackFile = NonNullable<FilesInfoResponse["file"]>;
export type SlackUser = NonNullable<UsersInfoResponse["user"]>;
export type SlackGroup = NonNullable<UsergroupsListResponse["usergroups"]>[number];

export interface SlackToken {
  readonly user: string;
  readonly kind: "bot" | "user";
  scopes: string[];
}

/** What a fake workspace holds; a test may change it at any time. */
export interface SlackState {
  readonly tokens: Map<string, SlackToken>;
  readonly users: SlackUser[];
  readonly channels: SlackChannel[];
  /** Who is in a channel, by its id. */
  readonly members: Map<string, string[]>;
  /** By channel, in the order they were posted. */
  readonly messages: Map<string, SlackMessage[]>;
  readonly files: SlackFile[];
  /** The bytes of files by id. */
  readonly contents: Map<string, Buffer>;
  readonly groups: SlackGroup[];
  readonly emoji: Map<string, string>;
  readonly canvases: { id: string; title: string; markdown: string; channel: string }[];
  readonly scheduled: { id: string; channel: string; text: string; at: number }[];
}

const readScopes = ["channels:read", "groups:read", "im:read", "mpim:read"];
const historyScopes = ["channels:history", "groups:history", "im:history", "mpim:history"];
export const botScopes = [
  ...readScopes,
  ...historyScopes,
  ...["chat:write", "reactions:write", "users:read", "users:read.email", "users.profile:read"],
  ...["usergroups:read", "files:read", "files:write", "emoji:read", "im:write", "mpim:write"],
  "canvases:write",
];
const userScopes = [...readScopes, ...historyScopes, "search:read", "users:read"];

function user(id: string, name: string, real: string, title = ""): SlackUser {
  const profile = { display_name: name, real_name: real, title, email: `${name}@example.com` };
  return { id, name, real_name: real, deleted: false, is_bot: false, profile };
}

function channel(id: string, name: string, facts: SlackChannel = {}): SlackChannel {
  return {
    id,
    name,
    is_channel: true,
    is_private: false,
    is_im: false,
    is_mpim: false,
    is_archived: false,
    is_member: true,
    num_members: 3,
    topic: { value: `About ${name}` },
    purpose: { value: "" },
    ...facts,
  };
}

/** The same workspace each time: three people, two public channels, a private one and a DM. */
export function createState(): SlackState {
  return {
    tokens: new Map([
      ["xoxb-1-app-canary", { user: "U0000000APP", kind: "bot", scopes: [...botScopes] }],
      ["xoxp-1-ada-canary", { user: "U0000000ADA", kind: "user", scopes: [...userScopes] }],
    ]),
    users: [
      user("U0000000ADA", "ada", "Ada Adler", "Engineer"),
      user("U0000000BEN", "ben", "Ben Bakker", "Support"),
      user("U0000000CLO", "chloe", "Chloë Dubois 🚀", "Design"),
      { ...user("U0000000APP", "fairlead", "Fairlead"), is_bot: true },
    ],
    channels: [
      channel("C000GENERAL", "general", { last_read: "1700000001.000100" }),
      channel("C000LAUNCH0", "launch"),
      channel("C000SECRET0", "secret", { is_private: true, is_group: true }),
      channel("D0000000ADA", "", { is_im: true, is_channel: false, is_private: true }),
      channel("C00ARCHIVED", "old", { is_archived: true }),
    ],
    members: new Map([
      ["C000GENERAL", ["U0000000ADA", "U0000000BEN", "U0000000CLO"]],
      ["C000LAUNCH0", ["U0000000ADA", "U0000000CLO"]],
    ]),
    messages: new Map([
      [
        "C000GENERAL",
        [
          { type: "message", user: "U0000000BEN", ts: "1700000001.000100", text: "Good morning" },
          {
            type: "message",
            user: "U0000000ADA",
            ts: "1700000002.000200",
            text: "Hello <@U0000000BEN>, see <https://example.com/a|the plan> &amp; <#C000LAUNCH0|launch>",
            reactions: [
              { name: "tada", count: 2, users: ["U0000000BEN", "U0000000CLO"] },
              { name: "wave", count: 1, users: ["U0000000APP"] },
            ],
            reply_count: 1,
            thread_ts: "1700000002.000200",
          },
          {
            type: "message",
            user: "U0000000CLO",
            ts: "1700000003.000300",
            thread_ts: "1700000002.000200",
            text: "On it",
          },
          {
            type: "message",
            user: "U0000000APP",
            ts: "1700000099.000100",
            text: "Said by the app",
          },
        ],
      ],
      [
        "C000LAUNCH0",
        [{ type: "message", user: "U0000000ADA", ts: "1700000010.000100", text: "Launch day" }],
      ],
      [
        "C000SECRET0",
        [{ type: "message", user: "U0000000ADA", ts: "1700000020.000100", text: "launch codes" }],
      ],
      [
        "D0000000ADA",
        [{ type: "message", user: "U0000000ADA", ts: "1700000030.000100", text: "launch gift" }],
      ],
    ]),
    files: [
      {
        id: "F000NOTES00",
        name: "notes.txt",
        title: "Notes",
        mimetype: "text/plain",
        mode: "hosted",
        size: 11,
        user: "U0000000ADA",
        created: 1_700_000_000,
        channels: ["C000GENERAL"],
        groups: [],
        ims: [],
        permalink: "https://demo.slack.com/files/F000NOTES00",
      },
    ],
    contents: new Map([["F000NOTES00", Buffer.from("Grüße 👋")]]),
    groups: [
      {
        id: "S000DEVS000",
        handle: "devs",
        name: "Developers",
        description: "Who builds it",
        user_count: 2,
      },
    ],
    emoji: new Map([["shipit", "https://emoji.slack-edge.com/shipit.png"]]),
    canvases: [],
    scheduled: [],
  };
}
