import type { EventStore, StreamEvent } from "@fairlead/store";
import type { Link } from "../connection/link.ts";
import { defineScript } from "../connection/script.ts";

/** How much is kept of one session, and for how long after its last event. */
export interface EventBounds {
  readonly events: number;
  /** The newest event of a session is kept at any size. */
  readonly characters: number;
  readonly idleMs: number;
}

const defaultBounds: EventBounds = {
  events: 1_000,
  characters: 4 * 1024 * 1024,
  idleMs: 60 * 60_000,
};

// KEYS[1] is the session: a Redis Stream of what it has, in the order in which that came, and the
// events of each of its streams in a Redis Stream, by their numbers.
const add = defineScript(`
local S, stream, number, frame, size = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local most, mostChars, idle = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local events = S .. ':' .. stream
redis.call('XADD', events, number .. '-0', 'f', frame)
redis.call('XADD', S, '*', 's', stream, 'n', number, 'c', size)
local chars = redis.call('INCRBY', S .. ':chars', size)
local count = redis.call('XLEN', S)
while count > 1 and (count > most or chars > mostChars) do
  local oldest = redis.call('XRANGE', S, '-', '+', 'COUNT', 1)[1]
  local fields = oldest[2]
  redis.call('XDEL', S, oldest[1])
  redis.call('XDEL', S .. ':' .. fields[2], fields[4] .. '-0')
  if redis.call('XLEN', S .. ':' .. fields[2]) == 0 then redis.call('DEL', S .. ':' .. fields[2]) end
  chars = redis.call('DECRBY', S .. ':chars', fields[6])
  count = count - 1
end
for _, key in ipairs({ events, S, S .. ':chars' }) do redis.call('PEXPIRE', key, idle) end
return 1`);

const forget = defineScript(`
local S = KEYS[1]
for _, entry in ipairs(redis.call('XRANGE', S, '-', '+')) do redis.call('DEL', S .. ':' .. entry[2][2]) end
redis.call('DEL', S, S .. ':chars')
return 1`);

/**
 * Keeps the events of sessions in Redis Streams, instead of in the memory of a process. A session itself
 * stays in the process that opened it, so a load balancer still has to route by `Mcp-Session-Id`. Events
 * that cannot be stored or read while Redis is out of reach are lost.
 *
 * @example
 * ```ts
 * import { openRedis } from "@fairlead/redis";
 *
 * const log = { warn: console.error, info: console.error };
 * const redis = await openRedis({ url: "redis://127.0.0.1:6379", prefix: "notes", notes: log });
 * export const sessions = { events: redis.events }; // an option of serveHttp
 * ```
 */
export class RedisEventStore implements EventStore {
  readonly #link: Link;
  readonly #prefix: string;
  readonly #bounds: EventBounds;

  constructor(link: Link, prefix: string, bounds: EventBounds = defaultBounds) {
    this.#link = link;
    this.#prefix = prefix;
    this.#bounds = bounds;
  }

  /** Never rejects. */
  async add(session: string, { stream, number, frame }: StreamEvent): Promise<void> {
    const { events, characters, idleMs } = this.#bounds;
    const words = [stream, number, frame, frame.length, events, characters, idleMs];
    await this.#link.run(add, this.#toKey(session), ...words).catch(() => undefined);
  }

  /** Never rejects. */
  async after(session: string, stream: string, number: number): Promise<readonly StreamEvent[]> {
    const key = `${this.#toKey(session)}:${stream}`;
    const entries = await this.#link.send("XRANGE", key, `(${number}-0`, "+").catch(() => []);
    return Array.isArray(entries) ? entries.map((entry) => toEvent(stream, entry)) : [];
  }

  /** Never rejects: events that cannot be deleted now expire later. */
  async forget(session: string): Promise<void> {
    await this.#link.run(forget, this.#toKey(session)).catch(() => undefined);
  }

  #toKey(session: string): string {
    return `${this.#prefix}:session:${session}`;
  }
}

/** An entry of a Redis Stream is its id, which is our number, and names and values. */
function toEvent(stream: string, entry: unknown): StreamEvent {
  const [id, fields]: unknown[] = Array.isArray(entry) ? entry : [];
  const frame = Array.isArray(fields) ? String(fields[1]) : "";
  return { stream, number: Number(String(id).split("-", 1)[0]), frame };
}
