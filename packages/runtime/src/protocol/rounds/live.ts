import { randomUUID } from "node:crypto";
import { ToolError } from "@fairlead/define/start";
import { canAsk } from "../../call/ask/kinds.ts";
import type { Asker } from "../../call/asker.ts";
import type { Call, CallFacts } from "../../call/call.ts";
import { PeerError } from "../questions.ts";
import { toKept } from "./kept.ts";

/** Milliseconds a person may think about one question. */
const patienceMs = 600_000;
/** Longer than any questions of one call take. */
const dayMs = 86_400_000;

/**
 * Asks a client of 2025 in the middle of a call, which waits. `putOff` moves the call's deadline by so
 * many milliseconds: its own time stands still while a person thinks.
 */
export function createLiveAsker(
  call: Call,
  facts: CallFacts,
  putOff: (byMs: number) => void,
): Asker {
  const used = new Set<string>();
  /** By which a client knows the addresses it was asked to show, by the names of the questions. */
  const addresses = new Map<string, string>();
  let open = 0;
  let since = 0;
  const pause = () => {
    open += 1;
    if (open > 1) return;
    since = performance.now();
    putOff(dayMs);
  };
  const resume = () => {
    open -= 1;
    if (open === 0) putOff(performance.now() - since - dayMs);
  };
  const use = (name: string) => {
    if (used.has(name)) throw new TypeError(`"${name}" is used twice in one call.`);
    used.add(name);
  };
  return {
    can: (kind) => canAsk(facts, kind),
    async ask({ method, params, name }) {
      const { ask } = facts;
      if (ask === undefined) throw new ToolError("This client cannot be asked anything.");
      if (name !== undefined) use(name);
      // Not AbortSignal.any with a timeout: both would outlive the answer.
      const over = new AbortController();
      const end = () => over.abort(call.signal.reason);
      const patience = setTimeout(() => over.abort(), patienceMs).unref();
      call.signal.addEventListener("abort", end, { once: true });
      if (call.aborted) end();
      const { signal } = over;
      const id = params["mode"] === "url" && { elicitationId: randomUUID() };
      if (id && name !== undefined) addresses.set(name, id.elicitationId);
      pause();
      try {
        return await ask({ method, params: { ...params, ...id }, signal });
      } catch (error) {
        if (signal.aborted && !call.aborted) {
          throw new ToolError(`Nobody answered ${method} within ${patienceMs / 60_000} minutes.`);
        }
        throw error instanceof PeerError ? toRefusal(method, error) : error;
      } finally {
        clearTimeout(patience);
        call.signal.removeEventListener("abort", end);
        resume();
      }
    },
    // 2025-11-25 client/elicitation, "Completion Notifications for URL Mode Elicitation".
    tellDone(name) {
      const elicitationId = addresses.get(name);
      if (elicitationId !== undefined && !call.aborted) {
        facts.notify("notifications/elicitation/complete", { elicitationId });
      }
    },
    async once(name, work) {
      use(`once ${name}`);
      return (await toKept(work)).value;
    },
  };
}

/** What a tool is told of a client that answers with an error. */
export function toRefusal(method: string, { message, code }: PeerError): ToolError {
  return new ToolError(
    `The client did not answer ${method}: ${message} (${code}).`,
    "Ask the user yourself.",
  );
}
