import { randomUUID } from "node:crypto";
import { fillFromEnd } from "../../call/deadlines.ts";
import type { LogLevel } from "../../define/context.ts";
import type { RequestId } from "../../protocol/json-rpc.ts";
import type { Cancellable } from "../../protocol/peer.ts";
import { Questions } from "../../protocol/questions.ts";
import { remember } from "../../protocol/server/remember.ts";

/** Sessions whose log level is remembered; the oldest is back at the default. */
const cap = 1_000;

/** A call in flight, as its client can name it. */
export interface Running {
  /** Undefined for a client without one, whose calls no other POST can name. */
  readonly session: string | undefined;
  readonly id: RequestId;
  readonly request: Cancellable;
}

/**
 * What 2025 clients may say of one POST in another. The id that `initialize` gives them is a name
 * and no more: no call needs it to be known, so a restart, or another replica, loses nothing but
 * what is kept here. All of it is kept by principal and session, so neither reaches another's.
 */
export class Sessions {
  /** What was asked in one POST is answered in another. */
  readonly questions = new Questions();
  readonly #running: Running[] = [];
  readonly #levels = new Map<string, { level: LogLevel }>();

  createId(): string {
    return randomUUID();
  }

  level(session: string): LogLevel | undefined {
    return this.#levels.size === 0 ? undefined : this.#levels.get(session)?.level;
  }

  setLevel(session: string, level: LogLevel): void {
    remember(this.#levels, session, cap, () => ({ level })).level = level;
  }

  begin(running: Running): void {
    this.#running.push(running);
  }

  end(running: Running): void {
    const index = this.#running.indexOf(running);
    if (index >= 0) fillFromEnd(this.#running, index);
  }

  cancel(session: string, id: RequestId, reason: string): void {
    for (const running of [...this.#running]) {
      if (running.session === session && running.id === id) running.request.cancel(reason);
    }
  }
}
