import { readFile } from "node:fs/promises";
import { SlackError } from "../errors.ts";

/** What a caller acts with. */
export interface Tokens {
  readonly bot: string | undefined;
  readonly user: string | undefined;
}

export interface TokenOptions {
  readonly botToken?: string | undefined;
  readonly userToken?: string | undefined;
  readonly tokensFile?: string | undefined;
}

/**
 * The tokens of one caller. With a file of tokens each caller has those of their own line and no
 * others: nobody falls back to somebody else's.
 */
export async function findTokens(options: TokenOptions, principal: string): Promise<Tokens> {
  if (options.tokensFile === undefined) {
    return check({ bot: trim(options.botToken), user: trim(options.userToken) });
  }
  const lines = (await readFile(options.tokensFile, "utf8")).split("\n");
  for (const line of lines) {
    const [name, ...tokens] = line.trim().split(/\s+/);
    if (name !== principal) continue;
    const user = tokens.find((token) => isUserToken(token));
    return check({ bot: tokens.find((token) => token !== user), user });
  }
  throw new SlackError(
    "No Slack token is kept for you.",
    "The person who runs this server adds a line for you to its --tokens-file.",
  );
}

function isUserToken(token: string): boolean {
  return /^(?:xoxe\.)?xoxp-/.test(token);
}

function check(tokens: Tokens): Tokens {
  for (const token of [tokens.bot, tokens.user]) {
    if (token !== undefined && /^xox[cds]-/.test(token)) {
      throw new SlackError(
        "This is the session of a browser, not a token of an app.",
        "Slack revokes such sessions; install an app and use its xoxb- or xoxp- token.",
      );
    }
  }
  return tokens;
}

function trim(token: string | undefined): string | undefined {
  return token?.trim() === "" ? undefined : token?.trim();
}
