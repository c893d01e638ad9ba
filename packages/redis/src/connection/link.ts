import type { Redis } from "ioredis";
import { isRefusal, isReply, RedisError, toReason } from "./redis-error.ts";
import type { Script } from "./script.ts";

/** Milliseconds between two lines in the log on commands that Redis refuses. */
const complaintMs = 60_000;
/** Milliseconds after which the clock of Redis is read again: clocks drift, and a machine may be suspended. */
const clockMs = 60_000;

/** What the operator is told. */
export interface Notes {
  warn(message: string): void;
  info(message: string): void;
}

/** The connection that commands take. */
export class Link {
  readonly #redis: Redis;
  readonly #notes: Notes;
  readonly #timeoutMs: number;
  readonly #returned: ((lostAt: number) => void)[] = [];
  /**
   * How far the clock of Redis is ahead of `performance.now()`, in milliseconds. The system clock may be
   * set while the process runs, and then the leases of all others would seem to be over.
   */
  #ahead = performance.timeOrigin;
  readonly #reading: NodeJS.Timeout;
  /** When Redis was lost. */
  #lostAt: number | undefined;
  #reason = "";
  #complainedAt = Number.NEGATIVE_INFINITY;
  /** Whether the connection was opened and is not closed yet. */
  #used = false;

  constructor(redis: Redis, notes: Notes) {
    this.#redis = redis;
    this.#timeoutMs = redis.options.commandTimeout ?? Number.POSITIVE_INFINITY;
    this.#notes = notes;
    redis.on("error", (error: unknown) => {
      this.#reason = toReason(error);
    });
    redis.on("ready", () => void this.#return());
    redis.on("close", () => this.#lose(this.#reason || "connection closed"));
    this.#reading = setInterval(() => {
      if (redis.status === "ready") this.#readClock().catch((error) => this.#toError(error));
    }, clockMs).unref();
  }

  /** Connects; rejects with a RedisError if the first try fails. */
  async open(): Promise<void> {
    try {
      await this.#redis.connect();
      await this.#readClock();
      this.#used = true;
    } catch (error) {
      // The rejection of a broken connection does not say what is wrong. Only its event does.
      throw new RedisError(this.#reason || toReason(error));
    }
  }

  /** The clock of Redis, which is the same for all who share it: milliseconds since 1970. */
  now(): number {
    return Math.round(performance.now() + this.#ahead);
  }

  /** Calls the listener each time Redis is back, with when it was lost (milliseconds of `performance`). */
  onReturn(back: (lostAt: number) => void): void {
    this.#returned.push(back);
  }

  /** Sends a command; rejects with a RedisError. */
  async send(command: string, ...words: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.#redis.call(command, ...words);
    } catch (error) {
      throw this.#toError(error);
    }
  }

  /**
   * Runs a script whose last word is a time, by the clock of Redis, after which it must do nothing. Redis may
   * run a command long after its sender has given up, such as when it was paused. The script then replies
   * "late", and this rejects as if no reply had come.
   */
  async runInTime(
    script: Script,
    key: string,
    ...words: readonly (string | number)[]
  ): Promise<unknown> {
    const reply = await this.run(script, key, ...words, this.now() + this.#timeoutMs);
    if (reply !== "late") return reply;
    // One of the clocks was set, or this machine slept.
    await this.#readClock().catch(() => undefined);
    throw new RedisError("timeout");
  }

  /** Runs a script on the keys that begin with this one; rejects with a RedisError. */
  async run(
    { lua, sha1 }: Script,
    key: string,
    ...words: readonly (string | number)[]
  ): Promise<unknown> {
    try {
      return await this.#redis.evalsha(sha1, 1, key, ...words);
    } catch (error) {
      if (!isReply(error, "NOSCRIPT")) throw this.#toError(error);
    }
    return this.send("EVAL", lua, 1, key, ...words);
  }

  close(): void {
    this.#used = false;
    clearInterval(this.#reading);
    this.#redis.disconnect();
  }

  #toError(error: unknown): RedisError {
    const reason = toReason(error);
    // A connection on which no reply arrives may be dead, without an error.
    if (reason === "timeout" && this.#redis.status === "ready") this.#redis.disconnect(true);
    // The event of a lost connection tells the operator.
    this.complain(error);
    return new RedisError(reason);
  }

  /** Tells the operator of a command that Redis refused, once a minute at most. */
  complain(error: unknown): void {
    if (!isRefusal(error) || !this.#used) return;
    const reason = toReason(error);
    const now = performance.now();
    if (now - this.#complainedAt < complaintMs) return;
    this.#complainedAt = now;
    this.#notes.warn(
      `Redis refuses commands (${reason}). Check that it has memory left, that it is a primary, and that its user may use the keys and channels of this server.`,
    );
  }

  #lose(reason: string): void {
    if (!this.#used || this.#lostAt !== undefined) return;
    this.#lostAt = performance.now();
    this.#notes.warn(
      `Redis is out of reach (${reason}). Until it is back, nobody can start, query or cancel a task or answer the question of a call, and changes reach only the clients of this process.`,
    );
  }

  async #return(): Promise<void> {
    await this.#readClock().catch(() => undefined);
    // It may be lost again by now: then the next return counts.
    if (this.#lostAt === undefined || this.#redis.status !== "ready") return;
    const lostAt = this.#lostAt;
    const seconds = ((performance.now() - lostAt) / 1_000).toFixed(1);
    this.#lostAt = undefined;
    this.#reason = "";
    this.#notes.info(`Redis is back after ${seconds} s.`);
    for (const back of this.#returned) back(lostAt);
  }

  async #readClock(): Promise<void> {
    const sentAt = performance.now();
    const [seconds, microseconds] = await this.#redis.time();
    const ours = (sentAt + performance.now()) / 2;
    this.#ahead = Number(seconds) * 1_000 + Number(microseconds) / 1_000 - ours;
  }
}
