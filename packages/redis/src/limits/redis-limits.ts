import {
  type Charge,
  type Held,
  type LimitStore,
  slotRetryMs,
  type Taken,
  toSpan,
} from "@fairlead/store";
import type { Link } from "../connection/link.ts";
import * as scripts from "./limit-scripts.ts";

export interface RedisLimitsOptions {
  readonly link: Link;
  /** Begins the name of every key. */
  readonly prefix: string;
  /**
   * Whose clock counts: that of Redis, which is the same for all processes however wrong theirs are, or
   * the `now` that each call gives.
   */
  readonly clock?: "redis" | "given";
}

/**
 * Counts limits for all processes that share a Redis, by its clock. One script checks and takes all
 * charges of a call. Rejects with a RedisError while Redis is out of reach: what happens to calls then
 * is for the caller to decide.
 */
export class RedisLimits implements LimitStore {
  readonly #link: Link;
  readonly #base: string;
  readonly #clock: "redis" | "given";

  constructor({ link, prefix, clock = "redis" }: RedisLimitsOptions) {
    this.#link = link;
    this.#base = `${prefix}:limits`;
    this.#clock = clock;
  }

  async take(charges: readonly Charge[], lease: string, now: number): Promise<Taken> {
    const at = this.#clock === "given" ? now : this.#link.now();
    const facts = charges.map(({ key, cost, rule }) => ({
      ...{ key, cost, rule, retryMs: slotRetryMs },
      ...(rule.kind === "quota" && { span: toSpan(rule.window, at) }),
    }));
    const words = [this.#toClock(now), lease, JSON.stringify(facts)];
    const reply = await this.#link.runInTime(scripts.take, this.#base, ...words);
    if (!Array.isArray(reply) || reply.length === 0) return { ok: true };
    const [place, wait, remaining] = reply;
    return {
      ok: false,
      refused: Number(place) - 1,
      retryAfterMs: wait === "never" ? Number.POSITIVE_INFINITY : Number(wait),
      remaining: Number(remaining),
    };
  }

  async renew(held: readonly Held[], now: number): Promise<void> {
    if (held.length === 0) return;
    const slots = held.flatMap(({ key, lease, leaseMs }) => [key, lease, leaseMs]);
    await this.#run(scripts.renew, this.#toClock(now), ...slots);
  }

  async leave(held: readonly Held[]): Promise<void> {
    if (held.length === 0) return;
    await this.#run(scripts.leave, ...held.flatMap(({ key, lease }) => [key, lease]));
  }

  #run(
    script: Parameters<Link["run"]>[0],
    ...words: readonly (string | number)[]
  ): Promise<unknown> {
    return this.#link.run(script, this.#base, ...words);
  }

  #toClock(now: number): string | number {
    return this.#clock === "given" ? now : "";
  }
}
