import type { Clock } from "@fairlead/upstream";
import { isJsonLines } from "../values/form.ts";

/** Bytes of an answer, and why there are no more of them where it goes on. */
export interface ReceivedBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly cut?: string;
}

export interface ReceiveOptions {
  readonly type: string;
  readonly clock: Pick<Clock, "sleep">;
  readonly signal: AbortSignal;
  /** Bytes of a stream after which a reader would see no more. */
  readonly enough: number;
}

/** A stream that has not ended by then goes on without its reader, whose call would end as well. */
const longestStreamMs = 20_000;

/**
 * Reads the body of an answer to its end. Streams of events or lines may have none: of these it takes
 * what comes within 20 seconds, or before the connection breaks.
 */
export async function receiveBody(
  response: Response,
  options: ReceiveOptions,
): Promise<ReceivedBody> {
  const isStream = isEventStream(options.type) || isJsonLines(options.type);
  if (isStream && response.body !== null) return receiveStream(response.body, options);
  return { bytes: new Uint8Array(await response.arrayBuffer()) };
}

async function receiveStream(
  body: ReadableStream<Uint8Array>,
  { clock, signal, enough }: ReceiveOptions,
): Promise<ReceivedBody> {
  const chunks: Uint8Array[] = [];
  const reader = body.getReader();
  const timer = new AbortController();
  const late = clock
    .sleep(longestStreamMs, AbortSignal.any([signal, timer.signal]))
    .then(() => `${longestStreamMs / 1_000} seconds`)
    .catch(() => "the call's end");
  let size = 0;
  try {
    while (size < enough) {
      const next = await Promise.race([reader.read(), late]);
      if (typeof next === "string") return toCut(chunks, `within ${next}`);
      if (next.done) return { bytes: new Uint8Array(Buffer.concat(chunks)) };
      chunks.push(next.value);
      size += next.value.length;
    }
    return toCut(chunks, "first, as much as an answer holds");
  } catch (error) {
    signal.throwIfAborted();
    if (size === 0) throw error;
    return toCut(chunks, "before the connection broke");
  } finally {
    timer.abort();
    // What it says of its end has no reader any more.
    reader.cancel().catch(() => {});
  }
}

function toCut(chunks: readonly Uint8Array[], when: string): ReceivedBody {
  const cut = `Cut: the stream goes on. This is what came ${when}.`;
  return { bytes: new Uint8Array(Buffer.concat(chunks)), cut };
}

function isEventStream(type: string): boolean {
  return /^text\/event-stream\b|;\s*stream=watch\b/i.test(type);
}
