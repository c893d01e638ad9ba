import { randomBytes } from "node:crypto";
import { createConnection } from "../connection/connect.ts";
import { Link } from "../connection/link.ts";
import { RedisError } from "../connection/redis-error.ts";
import { defineScript, type Script } from "../connection/script.ts";

const defaultTimeoutMs = 3_000;
/** Entries of one reply when a stream is read. */
const page = 500;

/**
 * KEYS[1] is the stream, in which each line has its number as its id. A line that was sent before, and
 * whose answer was lost, may be there: what this writer added from that number on is taken back first, so
 * that lines are kept all or none. What another writer added shows that there are two.
 */
const append = defineScript(`
local S, by, first, most = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3]
local function id(n) return string.format('%.0f-0', n) end
local later = redis.call('XRANGE', S, id(first), '+')
for _, entry in ipairs(later) do
  if entry[2][4] ~= by then return redis.error_reply('TAKEN by another writer') end
end
if #later > 0 then
  for _, entry in ipairs(later) do redis.call('XDEL', S, entry[1]) end
  local last = redis.call('XREVRANGE', S, '+', '-', 'COUNT', 1)[1]
  redis.call('XSETID', S, last and last[1] or '0-0')
end
for i = 4, #ARGV do
  redis.call('XADD', S, id(first + i - 4), 'line', ARGV[i], 'by', by)
end
if most ~= '0' then redis.call('XTRIM', S, 'MAXLEN', '~', most) end
return #ARGV - 3`);

/** Where the stream of an audit log is. */
export interface AuditStreamOptions {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS. */
  readonly url: string;
  /** The key of the stream, which one process writes. */
  readonly key: string;
  /** Lines that are kept, about; 0 keeps all. */
  readonly maxLines: number;
  /** Milliseconds for a command and for a try to connect; 3,000 by default. */
  readonly timeoutMs?: number;
}

/** A line was not kept. `code` says why and holds no address: `ECONNREFUSED`, `timeout`, `TAKEN`. */
export class AuditStreamError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(
      code === "TAKEN"
        ? "Another process writes the same stream."
        : `Redis does not keep lines (${code}).`,
    );
    this.name = "AuditStreamError";
    this.code = code;
  }
}

/**
 * The lines of an audit log in a Redis Stream: the id of line 42 is `42-0`, and its field `line` has the
 * text. A sink of `@fairlead/operate/audit`. The process that opened a stream last may write it.
 *
 * @example
 * ```ts
 * import { AuditStream } from "@fairlead/redis";
 *
 * const url = "redis://127.0.0.1:6379";
 * const stream = new AuditStream({ url, key: "fairlead:git:audit", maxLines: 100_000 });
 * await stream.open();
 * await stream.append(['{"seq":1,"kind":"open"}']);
 * await stream.close();
 * ```
 */
export class AuditStream {
  readonly #options: AuditStreamOptions;
  readonly #link: Link;
  readonly #by = randomBytes(9).toString("base64url");

  constructor(options: AuditStreamOptions) {
    const { url, timeoutMs = defaultTimeoutMs } = options;
    this.#options = options;
    // Who writes the log tells of an outage.
    const silent = { warn: () => undefined, info: () => undefined };
    this.#link = new Link(createConnection({ url, timeoutMs }), silent);
  }

  /** Connects. Rejects with AuditStreamError if that fails now, and goes on trying. */
  async open(): Promise<void> {
    await this.#try(this.#link.open());
  }

  /** The text of the last line; undefined for an empty stream. Rejects with AuditStreamError. */
  async last(): Promise<string | undefined> {
    const { key } = this.#options;
    const found = await this.#try(this.#link.send("XREVRANGE", key, "+", "-", "COUNT", 1));
    return toLines(found).at(-1)?.line;
  }

  /** Keeps lines in order, all or none. Rejects with AuditStreamError. */
  async append(lines: readonly string[]): Promise<void> {
    const { key, maxLines } = this.#options;
    const [, first = ""] = /^\{"seq":(\d+),/.exec(lines[0] ?? "") ?? [];
    await this.#try(this.#run(append, key, this.#by, first, maxLines, ...lines));
  }

  /** Reads all lines, from the oldest. Rejects with AuditStreamError. */
  async *read(): AsyncGenerator<string> {
    const { key } = this.#options;
    let from = "-";
    for (;;) {
      const reply = await this.#try(this.#link.send("XRANGE", key, from, "+", "COUNT", page));
      const found = toLines(reply);
      for (const { line } of found) yield line;
      const last = found.at(-1);
      if (last === undefined || found.length < page) return;
      from = `(${last.id}`;
    }
  }

  async close(): Promise<void> {
    this.#link.close();
  }

  #run(script: Script, ...words: [string, ...(string | number)[]]): Promise<unknown> {
    return this.#link.run(script, ...words);
  }

  async #try<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw new AuditStreamError(error instanceof RedisError ? error.reason : "unknown error");
    }
  }
}

/** The entries of a reply: each is its id and its fields, names and values in turn. */
function toLines(reply: unknown): readonly { readonly id: string; readonly line: string }[] {
  if (!Array.isArray(reply)) return [];
  return reply.map((entry: unknown) => {
    const [id, fields]: unknown[] = Array.isArray(entry) ? entry : [];
    return { id: String(id), line: Array.isArray(fields) ? String(fields[1]) : "" };
  });
}
