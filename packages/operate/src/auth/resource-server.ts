import { hash } from "node:crypto";
import type { Effect, Principal } from "@fairlead/define";
import { BoundedMap } from "@fairlead/guard/bounded-map";
import { HintError } from "@fairlead/guard/hint-error";
import { MemoryStates, type StateStore } from "@fairlead/store";
import { AccessTokens, isJwt, skewSeconds } from "./access-token.ts";
import { NoAnswer } from "./ask.ts";
import type { Authenticate, Authorize, Claim, Refusal } from "./authenticate.ts";
import { Challenges, type Scheme } from "./challenge.ts";
import { BadToken, type Grant } from "./grant.ts";
import { Introspections } from "./introspection.ts";
import { toMetadataUrl } from "./metadata.ts";
import { Proofs } from "./proofs.ts";
import { hasScope, toReach } from "./scopes.ts";
import type { OAuthSettings } from "./settings.ts";

/** Maximum number of accepted tokens that are remembered. */
const maxKept = 10_000;
/** Maximum number of refused tokens that are remembered. */
const maxRefused = 1_000;
/** For how long a decision is kept. After that, a withdrawn key or token is refused. */
const keptMs = { jwt: 5 * 60_000, introspected: 30_000, refused: 10_000 };
/** Milliseconds between two warnings about an outage. */
const tellMs = 60_000;

/** The characters of a token (RFC 6750 section 2.1). */
const header = /^(Bearer|DPoP) +([\w.~+/-]+=*)$/i;

interface Kept {
  readonly grant: Grant;
  readonly until: number;
}

interface Refused {
  readonly why: string;
  readonly until: number;
}

export interface ResourceServerOptions {
  /** Where used proofs are remembered; in this process by default. */
  readonly states?: StateStore | undefined;
  /** Warns that tokens cannot be checked, once a minute at most. */
  warn(message: string): void;
}

/**
 * Checks the access tokens of OAuth 2.1 (MCP basic/authorization): a token that was issued for this
 * server by one of its issuers names a principal and what its scopes reach for. Tokens are kept
 * as digests only, so that a JWT is verified once and not for every request.
 *
 * @example
 * const settings = readSettings({
 *   oauthIssuer: ["https://id.example.com"],
 *   oauthResource: "https://mcp.example.com/mcp",
 * }, []);
 * if ("problems" in settings) throw new Error(settings.problems.join("\n"));
 * const { authenticate, authorize } = createResourceServer(settings, { warn: console.error });
 */
export class ResourceServer {
  readonly #settings: OAuthSettings;
  readonly #options: ResourceServerOptions;
  readonly #challenges: Challenges;
  readonly #tokens: AccessTokens;
  readonly #introspections: Introspections | undefined;
  readonly #proofs: Proofs;
  readonly #kept = new BoundedMap<string, Kept>(maxKept);
  readonly #refused = new BoundedMap<string, Refused>(maxRefused);
  /** What principals may do. The calls of a token are all of one principal. */
  readonly #reach = new WeakMap<Principal, ReadonlySet<Effect>>();
  readonly #verifying = new Map<string, Promise<Grant | BadToken>>();
  #told = Number.NEGATIVE_INFINITY;

  constructor(settings: OAuthSettings, options: ResourceServerOptions) {
    const { introspection, resource } = settings;
    this.#settings = settings;
    this.#options = options;
    this.#challenges = new Challenges(settings, toMetadataUrl(resource));
    this.#tokens = new AccessTokens(settings);
    this.#introspections = introspection && new Introspections(settings, introspection);
    this.#proofs = new Proofs(resource, options.states ?? new MemoryStates());
  }

  /** Fetches the keys, and warns of keys that cannot be fetched. */
  async load(): Promise<void> {
    await this.#tokens.load().catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
      this.#tell(error);
    });
  }

  /**
   * Gives the principal of a request. Rejects if the authorization server has to be asked and
   * cannot be reached.
   */
  readonly authenticate: Authenticate = (claim) => {
    const misused = this.#findMisuse(claim);
    if (misused !== undefined) return misused;
    const { authorization } = claim;
    if (authorization === undefined || !/^(?:Bearer|DPoP) +\S/i.test(authorization)) {
      return this.#challenges.missing();
    }
    const [, given, token] = header.exec(authorization) ?? [];
    if (given === undefined || token === undefined) {
      return this.#challenges.invalid(
        "it has characters that no token has, like a reference to a variable that a client did not resolve",
      );
    }
    const scheme = given.toLowerCase() === "dpop" ? "DPoP" : "Bearer";
    const digest = hash("sha256", token, "base64url");
    const kept = this.#find(digest);
    if (kept instanceof BadToken) return this.#challenges.invalid(kept.message, scheme);
    if (kept !== undefined) return this.#admit(claim, scheme, token, kept);
    return this.#verifyOnce(digest, token).then((found) =>
      found instanceof BadToken
        ? this.#challenges.invalid(found.message, scheme)
        : this.#admit(claim, scheme, token, found),
    );
  };

  /**
   * Gives the principal of a token that this server got from the issuer itself, or why it is not valid. It
   * came over a connection of the server's own, so nobody has to prove that it is theirs.
   */
  async identify(token: string): Promise<Principal | BadToken> {
    const found = await this.#verifyOnce(hash("sha256", token, "base64url"), token);
    return found instanceof BadToken ? found : found.principal;
  }

  /** Like `authenticate`, for a server that also has a token file: its tokens may call every tool. */
  beside(own: (claim: Claim) => Principal | Refusal): Authenticate {
    const { scopes: names, toolScopes } = this.#settings;
    const scopes = [...new Set([...Object.values(names), ...[...toolScopes.values()].flat()])];
    return (claim) => {
      const misused = this.#findMisuse(claim);
      if (misused !== undefined) return misused;
      const known = own(claim);
      return "challenge" in known ? this.authenticate(claim) : { ...known, scopes };
    };
  }

  /** Refuses what the scopes of a principal do not permit. A principal without scopes may do nothing. */
  readonly authorize: Authorize = (principal, effect, tool) => {
    const more = tool && (this.#settings.toolScopes.get(tool.name) ?? tool.scopes);
    if (principal.scopes !== undefined) {
      if (effect === undefined) return undefined;
      const reached = this.#reachOf(principal).has(effect);
      if (reached && (more?.every((scope) => hasScope(principal, scope)) ?? true)) return undefined;
    }
    return this.#challenges.insufficient(effect ?? "read", more);
  };

  #reachOf(principal: Principal): ReadonlySet<Effect> {
    let reach = this.#reach.get(principal);
    if (reach === undefined) {
      reach = toReach(principal, this.#settings.scopes);
      this.#reach.set(principal, reach);
    }
    return reach;
  }

  #findMisuse(claim: Claim): Refusal | undefined {
    if (claim.query !== "" && new URLSearchParams(claim.query).has("access_token")) {
      return this.#challenges.inQuery({ header: claim.authorization });
    }
    if (claim.authorization === undefined || claim.standing) return undefined;
    const { length } = claim.values("authorization");
    return length > 1
      ? this.#challenges.malformed("There are several Authorization headers.")
      : undefined;
  }

  #find(digest: string): Grant | BadToken | undefined {
    const now = performance.now();
    const kept = this.#kept.get(digest);
    const isGood = kept !== undefined && kept.grant.expiresAt + skewSeconds * 1_000 > Date.now();
    if (isGood && kept.until > now) return kept.grant;
    this.#kept.delete(digest);
    const refused = this.#refused.get(digest);
    return refused !== undefined && refused.until > now ? new BadToken(refused.why) : undefined;
  }

  /** Requests with the same token at the same time wait for the same check. */
  #verifyOnce(digest: string, token: string): Promise<Grant | BadToken> {
    const under = this.#verifying.get(digest);
    if (under !== undefined) return under;
    const verdict = this.#verify(digest, token).finally(() => this.#verifying.delete(digest));
    this.#verifying.set(digest, verdict);
    return verdict;
  }

  async #verify(digest: string, token: string): Promise<Grant | BadToken> {
    const asked = isJwt(token) ? undefined : this.#introspections;
    try {
      const grant = await (asked ?? this.#tokens).verify(token);
      // However the machine's clock is set meanwhile, what was checked is kept no longer.
      const until = performance.now() + (asked === undefined ? keptMs.jwt : keptMs.introspected);
      this.#kept.set(digest, { grant, until });
      return grant;
    } catch (error) {
      if (error instanceof NoAnswer) throw this.#tell(error);
      if (!(error instanceof BadToken)) throw error;
      const until = performance.now() + keptMs.refused;
      if (asked !== undefined) this.#refused.set(digest, { why: error.message, until });
      return error;
    }
  }

  /** A token that is good, sent as it has to be. */
  #admit(
    claim: Claim,
    scheme: Scheme,
    token: string,
    grant: Grant,
  ): Principal | Refusal | Promise<Principal | Refusal> {
    const { principal, jkt } = grant;
    if (scheme === "Bearer") {
      if (jkt !== undefined) {
        return this.#challenges.invalid("it is bound to a key, so send it as DPoP", "DPoP");
      }
      if (!this.#settings.requireDpop) return principal;
      return this.#challenges.invalid("this server asks for one that is bound to a key", "DPoP");
    }
    if (jkt === undefined) {
      return this.#challenges.invalid("it is bound to no key, so send it as Bearer");
    }
    if (claim.standing) return principal;
    return this.#proofs.verify(claim, token, grant).then(
      () => principal,
      (error: unknown) => {
        if (error instanceof BadToken) return this.#challenges.badProof(error.message);
        throw error;
      },
    );
  }

  /** The error of an outage, which does not name the address of the authorization server. */
  #tell(error: NoAnswer): HintError {
    if (performance.now() >= this.#told + tellMs) {
      this.#told = performance.now();
      this.#options.warn(`Access tokens cannot be checked: ${error.message}`);
    }
    return new HintError("Access tokens cannot be checked just now.", "Try again in a moment.", {
      cause: error,
    });
  }
}

/** Creates the check of the tokens of one server. */
export function createResourceServer(
  settings: OAuthSettings,
  options: ResourceServerOptions,
): ResourceServer {
  return new ResourceServer(settings, options);
}
