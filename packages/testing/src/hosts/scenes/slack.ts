import { startEmulator } from "../../emulators/emulator.ts";
import { cursor } from "../call.ts";
import type { Scene } from "../scene.ts";

const general = { channel_id: "C000GENERAL" };
const thread_ts = "1700000002.000200";
const call = (tool: string, given: object = {}) => ({ tool, arguments: { ...given } });
const refused = (tool: string, given: object) => ({ ...call(tool, given), refused: true });

const calls = [
  call("slack_list_channels"),
  call("slack_list_channels", { limit: 1 }),
  { ...call("slack_list_channels", { limit: 1 }), heard: { cursor } },
  call("slack_get_channel_info", general),
  call("slack_list_channel_members", general),
  call("slack_get_users"),
  call("slack_search_users", { query: "chl" }),
  call("slack_get_user_profile", { user_id: "U0000000CLO" }),
  refused("slack_get_user_profile", { user_id: "U000NOBODY0" }),
  call("slack_list_usergroups"),
  call("slack_get_channel_history", general),
  call("slack_get_channel_history", { ...general, limit: 1 }),
  call("slack_get_thread_replies", { ...general, thread_ts }),
  call("slack_search_messages", { query: "launch" }),
  call("slack_get_permalink", { ...general, message_ts: thread_ts }),
  call("slack_get_unreads"),
  call("slack_get_file", { file_id: "F000NOTES00" }),
  refused("slack_get_file", { file_id: "F000ABSENT0" }),
  call("slack_post_message", { ...general, text: "The kettle boils <!channel>" }),
  call("slack_post_message", { ...general, text: "The kettle whistles", dry_run: true }),
  call("slack_reply_to_thread", { ...general, thread_ts, text: "Pour it, then" }),
  call("slack_add_reaction", { ...general, timestamp: thread_ts, reaction: "eyes" }),
];

export const slack: Scene = {
  server: "slack",
  async open() {
    const emulator = await startEmulator("slack", { contained: false });
    return {
      async prepare() {
        const { api } = await emulator.seed({});
        const env = {
          SLACK_BOT_TOKEN: "xoxb-1-app-canary",
          SLACK_USER_TOKEN: "xoxp-1-ada-canary",
          SLACK_API_URL: `${api}/api/`,
        };
        return { args: [], env, calls };
      },
      close: () => emulator.close(),
    };
  },
};
