import { type Clock, createUpstream, type Upstream } from "@fairlead/upstream";
import { findUnusable } from "./api/access.ts";
import { type Account, Client } from "./api/client.ts";
import { Links } from "./api/links.ts";
import { findTokens, type TokenOptions, type Tokens } from "./api/tokens.ts";
import { type Demo, openDemo } from "./demo.ts";
import { SlackError } from "./errors.ts";
import { Files } from "./post/files.ts";
import { Posting } from "./post/posting.ts";
import { Channels } from "./read/channels.ts";
import { Groups } from "./read/groups.ts";
import { Messages } from "./read/messages.ts";
import { People } from "./read/people.ts";

export interface WorkspaceOptions extends TokenOptions {
  readonly apiUrl: string;
  readonly teamId?: string | undefined;
  readonly channelIds: readonly string[];
  readonly allowPrivate: boolean;
  readonly allowBroadcasts: boolean;
  readonly unfurlDomains: readonly string[];
  readonly refuseOtherLinks: boolean;
  readonly uploadDirs: readonly string[];
  readonly demo: boolean;
}

interface Caller {
  readonly principal: string;
  /** The one that the caller signed in to, in place of every configured token. */
  readonly account?: Account | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Stands in for time, in tests. */
  readonly clock?: Clock;
}

/** One caller's Slack: everything the tools work on. */
export class Workspace {
  readonly client: Client;
  readonly channels: Channels;
  readonly people: People;
  readonly messages: Messages;
  readonly links: Links;
  readonly posting: Posting;
  readonly files: Files;
  readonly teamId: string | undefined;
  readonly #upstream: Upstream;
  readonly #demo: Demo | undefined;

  constructor(options: WorkspaceOptions, { upstream, tokens, account, demo, apiUrl }: Opened) {
    const { allowPrivate, allowBroadcasts, uploadDirs } = options;
    const teamId = options.teamId === "" ? undefined : options.teamId;
    this.#upstream = upstream;
    this.#demo = demo;
    this.teamId = teamId;
    this.client = new Client({ upstream, tokens, account, apiUrl });
    const fence = { allowed: options.channelIds, allowPrivate, teamId };
    this.channels = new Channels(this.client, fence);
    this.people = new People(this.client, teamId);
    this.links = new Links({ domains: options.unfurlDomains, strict: options.refuseOtherLinks });
    const { client, channels, people, links } = this;
    this.messages = new Messages({ client, channels, people, groups: new Groups(client) });
    this.posting = new Posting({ client, channels, links, allowBroadcasts });
    const { posting } = this;
    const origin = toFilesOrigin(apiUrl);
    this.files = new Files({ client, channels, posting, origin, uploadDirs });
  }

  /** The tools this caller cannot use, each with the reason. */
  async findUnusable(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const unusable = await findUnusable(this.client, signal);
    return new Map([...unusable, ...(this.#demo?.missing ?? [])]);
  }

  async close(): Promise<void> {
    this.#upstream.close();
    await this.#demo?.close();
  }
}

interface Opened {
  readonly upstream: Upstream;
  readonly tokens: Tokens;
  readonly account: Account | undefined;
  readonly apiUrl: string;
  readonly demo?: Demo | undefined;
}

/** How the methods that change nothing are called. */
const reads =
  /\.(?:conversations|get|getPermalink|history|info|list|lookupByEmail|members|messages|replies|test)$/;

/** Opens what a caller works on; nothing is asked of Slack yet. */
export async function openWorkspace(
  options: WorkspaceOptions,
  { principal, account, environment, clock }: Caller,
): Promise<Workspace> {
  const demo = options.demo ? await openDemo() : undefined;
  const apiUrl = demo?.apiUrl ?? toApiUrl(options.apiUrl);
  const tokens = demo?.tokens ?? (account ? toNone(options) : await findTokens(options, principal));
  const { origin } = new URL(apiUrl);
  const upstream = createUpstream({
    baseUrl: apiUrl,
    origins: [toFilesOrigin(apiUrl)],
    environment,
    ...(clock !== undefined && { clock }),
    // Slack counts each method for itself.
    limitKey: (url) => (url.origin === origin ? url.pathname : url.origin),
    // Slack is asked by POST for everything.
    isRead: (url) => url.origin === origin && reads.test(url.pathname),
  });
  return new Workspace(options, { upstream, tokens, account, apiUrl, demo });
}

/** Of a caller with an account of their own; nobody else's token may be used in its place. */
function toNone({ botToken, userToken, tokensFile }: TokenOptions): Tokens {
  if ([botToken, userToken, tokensFile].some((given) => given !== undefined)) {
    throw new SlackError(
      "More than one way to sign in is configured.",
      "The person who runs this server must leave out SLACK_BOT_TOKEN, SLACK_USER_TOKEN and --tokens-file: with --sign-in-client-id every caller signs in themselves.",
    );
  }
  return { bot: undefined, user: undefined };
}

function toApiUrl(text: string): string {
  const url = URL.parse(text);
  const local = url !== null && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url === null || (url.protocol !== "https:" && !(local && url.protocol === "http:"))) {
    throw new SlackError(
      "--api-url is not an https URL.",
      "The token would travel unprotected; plain http is for this machine only.",
    );
  }
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

/** Slack keeps files on a host of their own; an emulator keeps them with the rest. */
function toFilesOrigin(apiUrl: string): string {
  const { hostname, origin } = new URL(apiUrl);
  return /^slack(?:-gov)?\.com$/.test(hostname) ? `https://files.${hostname}` : origin;
}
