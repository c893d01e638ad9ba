import { hash } from "node:crypto";
import type { Principal } from "@fairlead/define";
import type { Claim, Refusal } from "../auth/authenticate.ts";

interface Entry {
  readonly principal: Principal;
  readonly line: number;
}

const unknown: Refusal = { status: 401, challenge: 'Bearer error="invalid_token"' };
const lineForm = /^(\S+)\s+sha256:([0-9a-fA-F]{64})$/;

/**
 * The tokens of a file: lines of `principal sha256:<hex>`, where the hex is the SHA-256 of the token,
 * so that the file itself opens nothing. A principal may have several tokens, a token one principal.
 */
export class Tokens {
  #content: string;
  #entries: ReadonlyMap<string, Entry>;

  /** Throws SyntaxError for a file without tokens or of any other form, naming the line. */
  constructor(content: string) {
    this.#content = content;
    this.#entries = parse(content);
    if (this.#entries.size === 0) throw new SyntaxError("it holds no token");
  }

  /**
   * Replaces the tokens by those of the file's new content. A content without tokens is accepted and lets
   * nobody in. Gives how many tokens there are now, or undefined if the content did not change. Throws
   * SyntaxError for a file of any other form, and keeps the old tokens.
   */
  replace(content: string): number | undefined {
    if (content === this.#content) return undefined;
    this.#entries = parse(content);
    this.#content = content;
    return this.#entries.size;
  }

  /** Gives the principal of the token in a request, or the refusal. */
  readonly authenticate = ({
    authorization,
  }: Pick<Claim, "authorization">): Principal | Refusal => {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
    if (token === undefined) return unknown;
    // The time of the lookup may reveal part of a digest, but nobody can choose the digest of a token.
    return this.#entries.get(hash("sha256", token))?.principal ?? unknown;
  };
}

/**
 * The principals of a token file's content, for tokens that stay as they are. Throws SyntaxError for a
 * line that is not of the form `principal sha256:<hex>`, and for a content without tokens.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { readTokens } from "@fairlead/runtime/serve";
 *
 * const authenticate = readTokens(readFileSync("tokens", "utf8"));
 * ```
 */
export function readTokens(content: string): Tokens["authenticate"] {
  return new Tokens(content).authenticate;
}

function parse(content: string): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [index, raw] of content.split("\n").entries()) {
    const text = raw.trim();
    if (text === "" || text.startsWith("#")) continue;
    const line = index + 1;
    const [, id, hex] = lineForm.exec(text) ?? [];
    if (id === undefined || hex === undefined) {
      throw new SyntaxError(`line ${line} is not of the form "principal sha256:<hex>"`);
    }
    const digest = hex.toLowerCase();
    const known = entries.get(digest);
    if (known !== undefined) {
      throw new SyntaxError(
        `line ${line} has the token of line ${known.line}, which can stand for one principal only`,
      );
    }
    entries.set(digest, { principal: { id }, line });
  }
  return entries;
}
