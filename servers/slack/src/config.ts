import { z } from "zod";

export const config = z.object({
  botToken: z
    .string()
    .optional()
    .describe("Bot token, xoxb-…")
    .meta({ secret: true, env: "SLACK_BOT_TOKEN" }),
  userToken: z
    .string()
    .optional()
    .describe("User token, xoxp-…: for search and unread messages, or instead of a bot token.")
    .meta({ secret: true, env: "SLACK_USER_TOKEN" }),
  tokensFile: z
    .string()
    .optional()
    .describe(
      "File of `principal token…` lines: over HTTP each caller acts with the tokens of their line.",
    )
    .meta({ kind: "file" }),
  teamId: z
    .string()
    .optional()
    .describe("Workspace id, T…; needed where an organization has several.")
    .meta({ env: "SLACK_TEAM_ID" }),
  channelIds: z
    .array(z.string())
    .default([])
    .describe("Ids of the only channels to list, read, search and write to.")
    .meta({ env: "SLACK_CHANNEL_IDS" }),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe("Read private channels and direct messages too, not only those in --channel-ids."),
  allowBroadcasts: z
    .boolean()
    .default(false)
    .describe("Let a call that asks for mentions notify @channel, @here and @everyone."),
  unfurlDomains: z
    .array(z.string())
    .default([])
    .describe("Domains whose links a call may have unfurled, and whose images it may show.")
    .meta({ kind: "host" }),
  refuseOtherLinks: z
    .boolean()
    .default(false)
    .describe("Refuse to post links to domains not in --unfurl-domains."),
  uploadDir: z
    .array(z.string())
    .default([])
    .describe("Directories whose files may be uploaded.")
    .meta({ kind: "directory" }),
  apiUrl: z
    .string()
    .default("https://slack.com/api/")
    .describe("Where the Web API is.")
    .meta({ kind: "url" }),
  demo: z
    .boolean()
    .default(false)
    .describe("Serve an embedded example workspace instead (needs emulate)."),
});

export type Options = z.output<typeof config>;
