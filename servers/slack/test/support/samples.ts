const message = { channel_id: "C000GENERAL", ts: "1700000002.000200" };
const reaction = { channel_id: "C000GENERAL", timestamp: "1700000002.000200", reaction: "eyes" };

/** Arguments with which each tool succeeds on the fake as it starts. */
export const samples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  slack_list_channels: {},
  slack_get_channel_info: { channel_id: "C000GENERAL" },
  slack_list_channel_members: { channel_id: "C000GENERAL" },
  slack_get_users: {},
  slack_search_users: { query: "ada" },
  slack_get_user_profile: { user_id: "U0000000ADA" },
  slack_list_usergroups: {},
  slack_get_channel_history: { channel_id: "C000GENERAL" },
  slack_get_thread_replies: { channel_id: "C000GENERAL", thread_ts: "1700000002.000200" },
  slack_search_messages: { query: "launch" },
  slack_get_permalink: { channel_id: "C000GENERAL", message_ts: "1700000002.000200" },
  slack_get_unreads: {},
  slack_get_file: { file_id: "F000NOTES00" },
  slack_post_message: { channel_id: "C000GENERAL", text: "hello" },
  slack_reply_to_thread: { channel_id: "C000GENERAL", thread_ts: "1700000002.000200", text: "yes" },
  slack_add_reaction: reaction,
  slack_update_message: { channel_id: "C000GENERAL", ts: "1700000099.000100", text: "better" },
  slack_delete_message: { channel_id: "C000GENERAL", ts: "1700000099.000100" },
  slack_remove_reaction: { ...reaction, reaction: "wave" },
  slack_upload_file: { channel_id: "C000GENERAL", content: "a,b", filename: "t.csv" },
  slack_schedule_message: { channel_id: "C000GENERAL", text: "later", post_at: "2099-01-01" },
  slack_open_dm: { users: ["U0000000ADA"] },
  slack_create_canvas: { title: "Plan", markdown: "# Plan" },
};

/** Arguments that name something there is not, for the tools that name anything. */
export const absent: typeof samples = {
  slack_get_channel_info: { channel_id: "C000NOTHING" },
  slack_list_channel_members: { channel_id: "C000NOTHING" },
  slack_search_users: { query: "nobody@example.org" },
  slack_get_user_profile: { user_id: "U000NOBODY0" },
  slack_get_channel_history: { channel_id: "C000NOTHING" },
  slack_get_thread_replies: { channel_id: "C000GENERAL", thread_ts: "1600000000.000000" },
  slack_search_messages: { query: "launch", in_channel: "C000NOTHING" },
  slack_get_permalink: { channel_id: "C000GENERAL", message_ts: "1600000000.000000" },
  slack_get_file: { file_id: "F000NOTHING" },
  slack_post_message: { channel_id: "C000NOTHING", text: "x" },
  slack_reply_to_thread: { channel_id: "C000NOTHING", thread_ts: "1600000000.000000", text: "x" },
  slack_add_reaction: { ...reaction, timestamp: "1600000000.000000" },
  slack_update_message: { ...message, ts: "1600000000.000000", text: "x" },
  slack_delete_message: { ...message, ts: "1600000000.000000" },
  slack_remove_reaction: { ...reaction, timestamp: "1600000000.000000" },
  slack_upload_file: { channel_id: "C000NOTHING", content: "x" },
  slack_schedule_message: { channel_id: "C000NOTHING", text: "x", post_at: "2099-01-01" },
  slack_open_dm: { users: ["U000NOBODY0"] },
  slack_create_canvas: { title: "x", markdown: "x", channel_id: "C000NOTHING" },
};
