import type { Upload } from "../multipart.ts";
import type { Answer } from "./answers.ts";

const unit = 256 * 1024;

/** What an upload is announced with. */
export interface Announcement {
  readonly metadata: unknown;
  readonly type: string;
  /** Bytes it will have. */
  readonly size: number;
  /** What becomes of it once it is whole. */
  finish(upload: Upload): Answer;
}

interface Session extends Announcement {
  readonly parts: Buffer[];
  received: number;
  done: Answer | undefined;
}

/**
 * Uploads in parts, as Google describes them (developers.google.com/workspace/drive/api/guides/
 * manage-uploads, Resumable upload): announced, sent in multiples of 256 KiB one after the other,
 * asked after, and cancelled.
 */
export class FakeUploads {
  /** Bytes that are taken of one part at most; the rest must be sent again. */
  mostPerPart = Number.POSITIVE_INFINITY;
  /** How uploads ended, in order. */
  readonly ended: ("done" | "cancelled")[] = [];
  readonly #sessions = new Map<string, Session>();
  readonly #problems: string[];

  constructor(problems: string[]) {
    this.#problems = problems;
  }

  /** Uploads that are neither done nor cancelled. */
  get open(): number {
    return [...this.#sessions.values()].filter(({ done }) => done === undefined).length;
  }

  /** Opens a session; gives its id. */
  begin(announcement: Announcement): string {
    const id = `upload_${this.#sessions.size + this.ended.length + 1}`;
    this.#sessions.set(id, { ...announcement, parts: [], received: 0, done: undefined });
    return id;
  }

  /** Answers a request to a session. */
  answer(method: string, id: string, range: string | undefined, body: Buffer): Answer {
    const session = this.#sessions.get(id);
    if (session === undefined) return { status: 404, body: { error: { code: 404, message: "" } } };
    if (method === "DELETE") {
      this.#sessions.delete(id);
      if (session.done === undefined) this.ended.push("cancelled");
      return { status: 499, body: {} };
    }
    if (session.done !== undefined) return session.done;
    if (method !== "PUT") return this.#refuse(`${method} to an upload`);
    if (range === `bytes */${session.size}`) return toProgress(session);
    return this.#take(session, range ?? "", body);
  }

  #take(session: Session, range: string, body: Buffer): Answer {
    const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? [];
    if (first === undefined) return this.#refuse(`Content-Range: ${range}`);
    const [start, end] = [Number(first), Number(last) + 1];
    if (Number(size) !== session.size) return this.#refuse(`${size} bytes, not ${session.size}`);
    if (end - start !== body.length) return this.#refuse(`${body.length} bytes are not ${range}`);
    if (start !== session.received) return this.#refuse(`${range} after ${session.received} bytes`);
    if (end !== session.size && body.length % unit !== 0) {
      return this.#refuse(`a part of ${body.length} bytes, which is not a multiple of 256 KiB`);
    }
    const taken = body.subarray(0, this.mostPerPart);
    session.parts.push(taken);
    session.received += taken.length;
    if (session.received < session.size) return toProgress(session);
    const media = { type: session.type, body: Buffer.concat(session.parts) };
    session.done = session.finish({ metadata: session.metadata, media });
    this.ended.push("done");
    return session.done;
  }

  #refuse(what: string): Answer {
    this.#problems.push(`upload: ${what}`);
    return { status: 400, body: { error: { code: 400, message: what } } };
  }
}

function toProgress({ received }: Session): Answer {
  const headers = received === 0 ? {} : { range: `bytes=0-${received - 1}` };
  return { status: 308, headers, bytes: Buffer.alloc(0) };
}
