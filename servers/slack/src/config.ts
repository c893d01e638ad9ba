import { z } from "zod";

export const config = z.object({
  botToken: z
    .string()
    .optional()
    .describe("Bot token of the Slack app, which begins with xoxb-.")
    .meta({ secret: true, env: "SLACK_BOT_TOKEN" }),
  userToken: z
    .string()
    .optional()
    .describe(
      "User token, which begins with xoxp-: needed for search and unread messages, and usable in place of a bot token.",
    )
    .meta({ secret: true, env: "SLACK_USER_TOKEN" }),
  tokensFile: z
    .string()
    .optional()
    .describe(
      "File with a line `principal token…` for each caller: over HTTP, every caller then acts with their own tokens.",
    )
    .meta({ kind: "file" }),
  teamId: z
    .string()
    .optional()
    .describe(
      "Id of the workspace, which begins with T: needed in organizations with several workspaces.",
    )
    .meta({ env: "SLACK_TEAM_ID" }),
  channelIds: z
    .array(z.string())
    .default([])
    .describe(
      "Ids of the only channels that may be listed, read, searched and written to. Without this option, all channels.",
    )
    .meta({ env: "SLACK_CHANNEL_IDS" }),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe("Allow reading private channels and direct messages that are not in --channel-ids."),
  allowBroadcasts: z
    .boolean()
    .default(false)
    .describe("Allow calls that ask for mentions to notify @channel, @here and @everyone."),
  unfurlDomains: z
    .array(z.string())
    .default([])
    .describe(
      "Domains whose links may show previews when a call asks for it, and whose images messages may hold.",
    )
    .meta({ kind: "host" }),
  refuseOtherLinks: z
    .boolean()
    .default(false)
    .describe("Refuse to post links to domains that are not in --unfurl-domains."),
  uploadDirs: z
    .array(z.string())
    .default([])
    .describe("Directories from which local files may be uploaded.")
    .meta({ kind: "directory" }),
  apiUrl: z
    .string()
    .default("https://slack.com/api/")
    .describe("Address of the Slack Web API.")
    .meta({ kind: "url" }),
  demo: z
    .boolean()
    .default(false)
    .describe(
      "Serve a small emulated workspace instead of Slack's, without a token (needs the package emulate).",
    ),
});

export type Options = z.output<typeof config>;
