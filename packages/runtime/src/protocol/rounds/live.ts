import { randomUUID } from "node:crypto";
import { canAsk } from "../../call/ask/kinds.ts";
import type { Asker } from "../../call/asker.ts";
import type { Call, CallFacts } from "../../call/call.ts";
import { ToolError } from "../../define/error.ts";
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
      const patience = AbortSignal.timeout(patienceMs);
      const signal = AbortSignal.any([call.signal, patience]);
      // By this id a client can be told that the person is done (2025-11-25 client/elicitation).
      const id = params["mode"] === "url" && { elicitationId: randomUUID() };
      pause();
      try {
        return await ask({ method, params: { ...params, ...id }, signal });
      } catch (error) {
        if (patience.aborted && !call.aborted) {
          throw new ToolError(`Nobody answered ${method} within ${patienceMs / 60_000} minutes.`);
        }
        if (!(error instanceof PeerError)) throw error;
        throw new ToolError(
          `The client did not answer ${method}: ${error.message} (${error.code}).`,
          "Ask the user yourself.",
        );
      } finally {
        resume();
      }
    },
    async once(name, work) {
      use(`once ${name}`);
      return (await toKept(work)).value;
    },
  };
}
