import { randomBytes } from "node:crypto";
import type { Principal } from "@fairlead/define";
import { toRecord } from "@fairlead/guard/record";
import type { Seal } from "@fairlead/guard/seal";

/** Milliseconds that a link and each visit to a sign-in page are good for. */
export const lifeMs = 10 * 60_000;

/** For whom a link was made. */
export interface Ticket {
  readonly principal: string;
  readonly subject: string;
  /** By which its use is remembered. */
  readonly nonce: string;
  readonly expiresAt: number;
}

/** Where a browser is on its way: at the authorization server of the callers, or at the service. */
export interface Flow {
  readonly leg: "identity" | "service";
  /** Whether the person wants to sign in, or to sign out. */
  readonly goal: "in" | "out";
  /** The principal who signs in; empty for one who signs out, as it is not known yet. */
  readonly principal: string;
  /** What comes back from the other server with its code (RFC 6749 section 10.12). */
  readonly state: string;
  readonly verifier: string;
}

/**
 * Seals links and the cookies of browsers, so that any process with the same keys can go on. Each is good
 * for ten minutes and for this server alone.
 */
export class Flows {
  readonly #seal: Seal;
  readonly #server: string;

  constructor(seal: Seal, server: string) {
    this.#seal = seal;
    this.#server = server;
  }

  sealTicket({ id, subject = id }: Principal): string {
    return this.#close("link", { principal: id, subject });
  }

  /** Undefined for what is not a link of this server, or not any more. */
  openTicket(sealed: string): Ticket | undefined {
    const opened = this.#open("link", sealed);
    const { principal, subject, expiresAt } = opened?.value ?? {};
    if (opened === undefined || typeof principal !== "string") return undefined;
    const { nonce } = opened;
    return { principal, subject: String(subject), nonce, expiresAt: Number(expiresAt) };
  }

  sealFlow(flow: Flow): string {
    return this.#close("flow", flow);
  }

  /** Undefined for a cookie that is not of this server, or not any more. */
  openFlow(sealed: string): Flow | undefined {
    const { leg, goal, principal, state, verifier } = this.#open("flow", sealed)?.value ?? {};
    if (leg !== "identity" && leg !== "service") return undefined;
    if (goal !== "in" && goal !== "out") return undefined;
    return {
      ...{ leg, goal, principal: String(principal) },
      ...{ state: String(state), verifier: String(verifier) },
    };
  }

  #close(what: "link" | "flow", value: object): string {
    const text = JSON.stringify({ ...value, expiresAt: Date.now() + lifeMs });
    return this.#seal.seal(text, this.#toPurpose(what));
  }

  #open(what: "link" | "flow", sealed: string) {
    const opened = this.#seal.open(sealed, this.#toPurpose(what));
    if (opened === undefined) return undefined;
    const value = toRecord(JSON.parse(opened.text));
    return Number(value["expiresAt"]) > Date.now() ? { value, nonce: opened.nonce } : undefined;
  }

  #toPurpose(what: string): string {
    return JSON.stringify([this.#server, "sign-in", what]);
  }
}

export function createState(): string {
  return randomBytes(32).toString("base64url");
}
