import type * as api from "@slack/web-api";
import type { SlackChannel, SlackMessage, SlackState, SlackToken } from "./state.ts";

/** Arguments as they arrive: strings, and what JSON made of the others. */
export type Arguments = Readonly<Record<string, unknown>>;

export interface Request {
  readonly state: SlackState;
  readonly token: SlackToken;
  /** Where the fake is. */
  readonly origin: string;
  text(name: string): string;
  readonly args: Arguments;
}

export class Refusal extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** The keys of every member of a union, which `keyof` alone does not give. */
type Keys<A> = A extends unknown ? keyof A & string : never;

interface MethodSpec<A, R> {
  /** Every argument this fake takes, each one of Slack's own; another fails the test. */
  readonly args: readonly Keys<NonNullable<A>>[];
  readonly required?: readonly Keys<NonNullable<A>>[];
  /** One of these is needed. */
  readonly scopes: readonly string[];
  /** Refused to the other kind of token. */
  readonly only?: "user";
  answer(request: Request): R;
}

export interface Method {
  readonly args: readonly string[];
  readonly required?: readonly string[];
  readonly scopes: readonly string[];
  readonly only?: "user";
  answer(request: Request): api.WebAPICallResult;
}

/** Ties a method of the fake to the vendor's types of its arguments and its answer. */
function method<A, R extends api.WebAPICallResult>(spec: MethodSpec<A, R>): Method {
  return spec;
}

const reading = ["channels:read", "groups:read", "im:read", "mpim:read"];
const history = ["channels:history", "groups:history", "im:history", "mpim:history"];
const paging = ["limit", "cursor"] as const;

function findChannel({ state }: Request, id: string): SlackChannel {
  const found = state.channels.find((channel) => channel.id === id);
  if (found === undefined) throw new Refusal("channel_not_found");
  return found;
}

function findMessage(request: Request, channel: string, ts: string): SlackMessage {
  findChannel(request, channel);
  const all = request.state.messages.get(channel) ?? [];
  const found = all.find((message) => message.ts === ts);
  if (found === undefined) throw new Refusal("message_not_found");
  return found;
}

function own(request: Request, code: string): SlackMessage {
  const found = findMessage(request, request.text("channel"), request.text("ts"));
  if (found.user !== request.token.user) throw new Refusal(code);
  return found;
}

function paged<T>(request: Request, all: readonly T[], most = 1_000) {
  const start = Number(request.text("cursor").replace(/^at:/, "") || 0);
  const limit = Math.min(Number(request.text("limit") || 100), most);
  const end = start + limit;
  const next_cursor = end < all.length ? `at:${end}` : "";
  return {
    items: all.slice(start, end),
    has_more: end < all.length,
    response_metadata: { next_cursor },
  };
}

function inSpan(request: Request, ts = ""): boolean {
  const oldest = request.text("oldest");
  const latest = request.text("latest");
  return (
    (oldest === "" || Number(ts) > Number(oldest)) && (latest === "" || Number(ts) < Number(latest))
  );
}

let clock = 1_800_000_000;
function nextTs(): string {
  clock += 1;
  return `${clock}.000100`;
}

function add(request: Request, channel: string, message: SlackMessage): SlackMessage {
  const all = request.state.messages.get(channel) ?? [];
  request.state.messages.set(channel, [...all, message]);
  return message;
}

function visible(request: Request, types: string): SlackChannel[] {
  const wanted = types.split(",");
  return request.state.channels.filter((channel) => {
    const type = channel.is_im ? "im" : channel.is_private ? "private_channel" : "public_channel";
    return wanted.includes(type) && !(request.args["exclude_archived"] && channel.is_archived);
  });
}

const content = ["channel", "text", "blocks", "parse", "link_names"] as const;
const posted = [
  ...content,
  "thread_ts",
  "reply_broadcast",
  "unfurl_links",
  "unfurl_media",
] as const;

/** What was asked for besides what Slack keeps, so that a test can look at it. */
function toMessage(request: Request, ts: string): SlackMessage {
  if (request.text("text") === "" && request.args["blocks"] === undefined)
    throw new Refusal("no_text");
  const thread = request.text("thread_ts");
  return {
    type: "message",
    user: request.token.user,
    ts,
    text: request.text("text"),
    ...(thread !== "" && { thread_ts: thread }),
  };
}

export const methods: Readonly<Record<string, Method>> = {
  "auth.test": method<api.AuthTestArguments, api.AuthTestResponse>({
    args: [],
    scopes: [],
    answer: ({ token }) => ({
      ok: true,
      team: "Demo",
      team_id: "T000000DEMO",
      user_id: token.user,
    }),
  }),
  "conversations.list": method<api.ConversationsListArguments, api.ConversationsListResponse>({
    args: [...paging, "types", "exclude_archived", "team_id"],
    scopes: reading,
    answer(request) {
      const types = request.text("types") || "public_channel";
      const { items, response_metadata } = paged(request, visible(request, types));
      return { ok: true, channels: items, response_metadata };
    },
  }),
  "conversations.info": method<api.ConversationsInfoArguments, api.ConversationsInfoResponse>({
    args: ["channel", "include_num_members"],
    required: ["channel"],
    scopes: reading,
    answer: (request) => ({ ok: true, channel: findChannel(request, request.text("channel")) }),
  }),
  "conversations.history": method<
    api.ConversationsHistoryArguments,
    api.ConversationsHistoryResponse
  >({
    args: [...paging, "channel", "oldest", "latest"],
    required: ["channel"],
    scopes: history,
    answer(request) {
      const { id = "" } = findChannel(request, request.text("channel"));
      const all = (request.state.messages.get(id) ?? [])
        .filter(({ ts, thread_ts = ts }) => thread_ts === ts && inSpan(request, ts))
        .reverse();
      const { items, ...rest } = paged(request, all);
      return { ok: true, messages: items, ...rest };
    },
  }),
  "conversations.replies": method<
    api.ConversationsRepliesArguments,
    api.ConversationsRepliesResponse
  >({
    args: [...paging, "channel", "ts", "oldest", "latest"],
    required: ["channel", "ts"],
    scopes: history,
    answer(request) {
      const { id = "" } = findChannel(request, request.text("channel"));
      const thread = request.text("ts");
      const all = (request.state.messages.get(id) ?? []).filter(
        ({ ts, thread_ts }) => (ts === thread || thread_ts === thread) && inSpan(request, ts),
      );
      if (all.length === 0) throw new Refusal("thread_not_found");
      const { items, ...rest } = paged(request, all);
      return { ok: true, messages: items, ...rest };
    },
  }),
  "conversations.members": method<
    api.ConversationsMembersArguments,
    api.ConversationsMembersResponse
  >({
    args: [...paging, "channel"],
    required: ["channel"],
    scopes: reading,
    answer(request) {
      const { id = "" } = findChannel(request, request.text("channel"));
      const { items, response_metadata } = paged(request, request.state.members.get(id) ?? []);
      return { ok: true, members: items, response_metadata };
    },
  }),
  "conversations.open": method<api.ConversationsOpenArguments, api.ConversationsOpenResponse>({
    args: ["users"],
    required: ["users"],
    scopes: ["im:write", "mpim:write"],
    answer(request) {
      const ids = request.text("users").split(",");
      const known = ids.every((id) => request.state.users.some((user) => user.id === id));
      if (!known) throw new Refusal("user_not_found");
      return { ok: true, channel: { id: "D0000000ADA" } };
    },
  }),
  "users.conversations": method<api.UsersConversationsArguments, api.UsersConversationsResponse>({
    args: [...paging, "types", "exclude_archived", "team_id"],
    scopes: reading,
    answer(request) {
      const types = request.text("types") || "public_channel";
      const all = visible(request, types).map(
        ({ id = "", name = "", is_private = false, is_im = false }) => {
          return { id, name, is_private, is_im };
        },
      );
      const { items, response_metadata } = paged(request, all);
      return { ok: true, channels: items, response_metadata };
    },
  }),
  "users.list": method<api.UsersListArguments, api.UsersListResponse>({
    args: [...paging, "team_id"],
    scopes: ["users:read"],
    answer(request) {
      const all = request.state.users.map(({ id = "", name = "", profile = {}, ...rest }) => {
        const { display_name = "", real_name = "", title = "", email = "" } = profile;
        const { deleted = false, is_bot = false } = rest;
        return { id, name, deleted, is_bot, profile: { display_name, real_name, title, email } };
      });
      const { items, response_metadata } = paged(request, all);
      return { ok: true, members: items, response_metadata };
    },
  }),
  "users.info": method<api.UsersInfoArguments, api.UsersInfoResponse>({
    args: ["user"],
    required: ["user"],
    scopes: ["users:read"],
    answer(request) {
      const user = request.state.users.find(({ id }) => id === request.text("user"));
      if (user === undefined) throw new Refusal("user_not_found");
      return { ok: true, user };
    },
  }),
  "users.lookupByEmail": method<api.UsersLookupByEmailArguments, api.UsersLookupByEmailResponse>({
    args: ["email"],
    required: ["email"],
    scopes: ["users:read.email"],
    answer(request) {
      const email = request.text("email");
      const user = request.state.users.find(({ profile = {} }) => profile.email === email);
      if (user === undefined) throw new Refusal("users_not_found");
      const { id = "", name = "" } = user;
      return { ok: true, user: { id, name, profile: { email } } };
    },
  }),
  "users.profile.get": method<api.UsersProfileGetArguments, api.UsersProfileGetResponse>({
    args: ["user", "include_labels"],
    scopes: ["users.profile:read"],
    answer(request) {
      const user = request.state.users.find(({ id }) => id === request.text("user"));
      if (user === undefined) throw new Refusal("user_not_found");
      const { display_name = "", real_name = "", title = "", email = "" } = user.profile ?? {};
      const fields = { Xf01: { label: "Team", value: "Platform", alt: "" } };
      return { ok: true, profile: { display_name, real_name, title, email, fields } };
    },
  }),
  "usergroups.list": method<api.UsergroupsListArguments, api.UsergroupsListResponse>({
    args: ["include_count", "team_id"],
    scopes: ["usergroups:read"],
    answer: ({ state }) => ({ ok: true, usergroups: state.groups }),
  }),
  "emoji.list": method<api.EmojiListArguments, api.EmojiListResponse>({
    args: ["include_categories"],
    scopes: ["emoji:read"],
    answer: ({ state }) => ({ ok: true, emoji: Object.fromEntries(state.emoji) }),
  }),
  "search.messages": method<api.SearchMessagesArguments, api.SearchMessagesResponse>({
    args: ["query", "count", "page", "sort"],
    required: ["query"],
    scopes: ["search:read"],
    only: "user",
    answer(request) {
      // Filters narrow what the words find, as far as the tests need them.
      const query = request.text("query");
      const words = query.split(" ").filter((word) => !/^(?:in|from|after|before):/.test(word));
      const [, place] = /in:<#([^>]+)>/.exec(query) ?? [];
      const [, author] = /from:<@([^>]+)>/.exec(query) ?? [];
      const all = request.state.channels.flatMap(({ id = "", name = "", is_private = false }) =>
        (request.state.messages.get(id) ?? [])
          .filter(({ text = "" }) =>
            words.every((word) => text.toLowerCase().includes(word.toLowerCase())),
          )
          .filter(({ user }) => (place ?? id) === id && (author ?? user) === user)
          .map(({ ts = "", user = "", text = "" }) => {
            const permalink = `https://demo.slack.com/archives/${id}/p${ts.replace(".", "")}`;
            return {
              type: "message",
              channel: { id, name, is_private },
              ts,
              user,
              text,
              permalink,
            };
          }),
      );
      const count = Number(request.text("count") || 20);
      const page = Number(request.text("page") || 1);
      const matches = all.slice((page - 1) * count, page * count);
      const pages = Math.ceil(all.length / count);
      return {
        ok: true,
        query,
        messages: { matches, total: all.length, paging: { count, page, pages, total: all.length } },
      };
    },
  }),
  "chat.postMessage": method<api.ChatPostMessageArguments, api.ChatPostMessageResponse>({
    args: [...posted],
    required: ["channel"],
    scopes: ["chat:write"],
    answer(request) {
      const { id = "", is_archived } = findChannel(request, request.text("channel"));
      if (is_archived) throw new Refusal("is_archived");
      const { ts = "", text = "" } = add(request, id, toMessage(request, nextTs()));
      return { ok: true, channel: id, ts, message: { ts, text } };
    },
  }),
  "chat.update": method<api.ChatUpdateArguments, api.ChatUpdateResponse>({
    args: [...content, "ts"],
    required: ["channel", "ts"],
    scopes: ["chat:write"],
    answer(request) {
      const found = own(request, "cant_update_message");
      found.text = toMessage(request, "").text ?? "";
      return {
        ok: true,
        channel: request.text("channel"),
        ts: request.text("ts"),
        text: found.text,
      };
    },
  }),
  "chat.delete": method<api.ChatDeleteArguments, api.ChatDeleteResponse>({
    args: ["channel", "ts"],
    required: ["channel", "ts"],
    scopes: ["chat:write"],
    answer(request) {
      const found = own(request, "cant_delete_message");
      const channel = request.text("channel");
      const left = (request.state.messages.get(channel) ?? []).filter((one) => one !== found);
      request.state.messages.set(channel, left);
      return { ok: true, channel, ts: request.text("ts") };
    },
  }),
  "chat.scheduleMessage": method<api.ChatScheduleMessageArguments, api.ChatScheduleMessageResponse>(
    {
      args: [...posted, "post_at"],
      required: ["channel", "post_at"],
      scopes: ["chat:write"],
      answer(request) {
        const { id: channel = "" } = findChannel(request, request.text("channel"));
        const at = Number(request.text("post_at"));
        if (at < Date.now() / 1_000) throw new Refusal("time_in_past");
        const id = `Q${request.state.scheduled.length + 1}0000000`;
        request.state.scheduled.push({ id, channel, text: request.text("text"), at });
        return { ok: true, channel, scheduled_message_id: id, post_at: at };
      },
    },
  ),
  "chat.getPermalink": method<api.ChatGetPermalinkArguments, api.ChatGetPermalinkResponse>({
    args: ["channel", "message_ts"],
    required: ["channel", "message_ts"],
    scopes: [],
    answer(request) {
      const channel = request.text("channel");
      const { ts = "" } = findMessage(request, channel, request.text("message_ts"));
      const permalink = `https://demo.slack.com/archives/${channel}/p${ts.replace(".", "")}`;
      return { ok: true, channel, permalink };
    },
  }),
  "reactions.add": method<api.ReactionsAddArguments, api.ReactionsAddResponse>({
    args: ["channel", "timestamp", "name"],
    required: ["channel", "timestamp", "name"],
    scopes: ["reactions:write"],
    answer(request) {
      const found = findMessage(request, request.text("channel"), request.text("timestamp"));
      const name = request.text("name");
      const reactions = found.reactions ?? [];
      const user = request.token.user;
      if (reactions.some((one) => one.name === name && one.users?.includes(user))) {
        throw new Refusal("already_reacted");
      }
      found.reactions = [...reactions, { name, count: 1, users: [user] }];
      return { ok: true };
    },
  }),
  "reactions.remove": method<api.ReactionsRemoveArguments, api.ReactionsRemoveResponse>({
    args: ["channel", "timestamp", "name"],
    required: ["name"],
    scopes: ["reactions:write"],
    answer(request) {
      const found = findMessage(request, request.text("channel"), request.text("timestamp"));
      const { reactions = [] } = found;
      const left = reactions.filter(
        ({ name, users = [] }) =>
          name !== request.text("name") || !users.includes(request.token.user),
      );
      if (left.length === reactions.length) throw new Refusal("no_reaction");
      found.reactions = left;
      return { ok: true };
    },
  }),
  "files.info": method<api.FilesInfoArguments, api.FilesInfoResponse>({
    args: ["file"],
    required: ["file"],
    scopes: ["files:read"],
    answer(request) {
      const file = request.state.files.find(({ id }) => id === request.text("file"));
      if (file === undefined) throw new Refusal("file_not_found");
      const url = `${request.origin}/files-pri/${file.id}`;
      return { ok: true, file: { url_private: url, url_private_download: url, ...file } };
    },
  }),
  "files.getUploadURLExternal": method<
    api.FilesGetUploadURLExternalArguments,
    api.FilesGetUploadURLExternalResponse
  >({
    args: ["filename", "length"],
    required: ["filename", "length"],
    scopes: ["files:write"],
    answer(request) {
      const id = `F000NEW${String(request.state.files.length).padStart(4, "0")}`;
      const name = request.text("filename");
      request.state.files.push({
        id,
        name,
        mimetype: "text/plain",
        size: Number(request.text("length")),
      });
      return { ok: true, file_id: id, upload_url: `${request.origin}/upload/v1/${id}` };
    },
  }),
  "files.completeUploadExternal": method<
    api.FilesCompleteUploadExternalArguments,
    api.FilesCompleteUploadExternalResponse
  >({
    args: ["files", "channel_id", "initial_comment", "thread_ts"],
    required: ["files"],
    scopes: ["files:write"],
    answer(request) {
      const list: unknown = request.args["files"];
      const [first] = Array.isArray(list) ? list : [];
      const id = String(Object(first).id);
      const file = request.state.files.find((one) => one.id === id);
      if (file === undefined || !request.state.contents.has(id))
        throw new Refusal("file_not_found");
      const { id: channel = "" } = findChannel(request, request.text("channel_id"));
      file.channels = [channel];
      add(request, channel, {
        ts: nextTs(),
        text: request.text("initial_comment"),
        user: request.token.user,
      });
      return { ok: true, files: [{ id, title: String(Object(first).title) }] };
    },
  }),
  "canvases.create": method<api.CanvasesCreateArguments, api.CanvasesCreateResponse>({
    args: ["title", "document_content", "channel_id"],
    scopes: ["canvases:write"],
    answer(request) {
      const channel = request.text("channel_id");
      if (channel !== "") findChannel(request, channel);
      const id = `F000CANVAS${request.state.canvases.length}`;
      const { markdown = "" } = Object(request.args["document_content"]);
      request.state.canvases.push({ id, title: request.text("title"), markdown, channel });
      return { ok: true, canvas_id: id };
    },
  }),
};
