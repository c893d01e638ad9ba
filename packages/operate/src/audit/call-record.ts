import type { Admission, ToolCall } from "@fairlead/define";
import { explain, JsonRpcError, RefusedCall } from "@fairlead/define/start";
import type { AuditLog } from "./audit-log.ts";
import { isFeatureCall } from "./feature.ts";
import {
  type createClientNames,
  type createWho,
  isRefusedBy,
  join,
  now,
  type RefusedBy,
  toArguments,
  toFeatureMembers,
  toMembers,
  toName,
  toTrace,
} from "./members.ts";
import type { Redact } from "./preview.ts";

export interface CallRules {
  readonly lines: AuditLog;
  /** The server as a member of a line. */
  readonly server: string;
  readonly redact: Redact;
  readonly toClient: ReturnType<typeof createClientNames>;
  readonly toWho: ReturnType<typeof createWho>;
  /** Whether a call that changes something is refused where it cannot be written down. */
  readonly refuses: boolean;
  /** Whether the answer waits until its line is written. */
  readonly strict: boolean;
}

/** How a call ended, as members of its last line; with a decision that is another than the usual one. */
interface Outcome {
  readonly text: string;
  readonly decision?: string;
}

const ok: Outcome = { text: '"outcome":"ok"' };
const allowed = '"decision":"allowed"';
const undecided = '"decision":"undecided"';

/** Logs one call: one line, or two if the call changes something. */
export class CallRecord {
  readonly #call: ToolCall;
  readonly #rules: CallRules;
  /** What the lines of this call have in common. */
  readonly #id: string;
  readonly #began = performance.now();
  readonly #time = now();
  /** Members of the first line. */
  #facts = "";
  #admission: Admission | undefined;
  /** A line said that the call is about to run. */
  #announced = false;
  #ended = false;

  constructor(call: ToolCall, id: string, rules: CallRules) {
    this.#call = call;
    this.#id = id;
    this.#rules = rules;
  }

  /** Carries out the call, and writes down that it begins and how it ended. */
  async follow(next: () => Promise<unknown>): Promise<unknown> {
    const { signal } = this.#call;
    // A tool that ignores its signal may never end.
    signal.addEventListener("abort", () => void this.#end(toAbort(signal.reason)), { once: true });
    try {
      this.#note();
      this.#call.beforeRun((admission) => this.#admit(admission));
      const result = await next();
      const written = this.#end(ok);
      if (written !== undefined) await written;
      return result;
    } catch (error) {
      await this.#end(this.#toOutcome(error));
      throw error;
    }
  }

  /** Taken before the tool can change its arguments. */
  #note(): void {
    const { principal, clientInfo, meta } = this.#call;
    const { server, redact, toClient, toWho } = this.#rules;
    const facts = join(`"call":"${this.#id}"`, toWho(principal), toClient(clientInfo), server);
    const trace = toTrace(meta);
    try {
      this.#facts = join(facts, toAsked(this.#call, redact), trace);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#facts = join(facts, toMembers({ tool: this.#call.tool }), trace);
      throw new RefusedCall("validation", "The arguments are nested too deeply.");
    }
  }

  #admit(admission: Admission): void | Promise<void> {
    this.#admission = admission;
    const { lines, refuses } = this.#rules;
    if (admission.effect !== "read") return this.#announce();
    if (refuses && lines.full) throw this.#refuse();
    return undefined;
  }

  async #announce(): Promise<void> {
    const { lines, refuses } = this.#rules;
    const line = join(this.#open("intent"), this.#decided());
    this.#announced = true;
    try {
      await lines.write(line, { withdraw: refuses });
    } catch {
      if (!refuses) return;
      this.#announced = false;
      throw this.#refuse();
    }
  }

  #refuse(): RefusedCall {
    this.#admission = undefined;
    const { tool } = this.#call;
    return new RefusedCall(
      "audit",
      `${tool} was not called: the audit log of this server cannot be written, and calls are refused that it has to hold.`,
      "Tell the operator of the server. It goes on by itself when the log can be written again.",
    );
  }

  #end({ text, decision }: Outcome): Promise<void> | undefined {
    if (this.#ended) return undefined;
    this.#ended = true;
    const ms = `"ms":${Math.round((performance.now() - this.#began) * 10) / 10}`;
    const { lines, strict } = this.#rules;
    const line = this.#announced
      ? join(this.#toAnnounced(), text, ms)
      : join(this.#open("call"), decision ?? this.#decided(), text, ms);
    // The tool has run: a line that cannot be written waits in memory.
    if (strict) return lines.write(line, { withdraw: false }).catch(() => undefined);
    lines.add(line);
    return undefined;
  }

  #open(kind: "intent" | "call"): string {
    const { effect } = this.#call;
    const most = typeof effect === "string" ? effect : effect.most;
    const settled = this.#admission?.effect ?? most;
    return `"time":"${this.#time}","kind":"${kind}",${this.#facts},"effect":"${settled}"`;
  }

  /** The beginning of the second line. */
  #toAnnounced(): string {
    const { tool } = this.#call;
    return toMembers({ time: now(), kind: "outcome", call: this.#id, tool });
  }

  #decided(): string {
    if (this.#admission === undefined) return undecided;
    const { confirmedBy } = this.#admission;
    return confirmedBy ? toMembers({ decision: "confirmed", confirmedBy }) : allowed;
  }

  #toOutcome(error: unknown): Outcome {
    const abort = toWhy(error);
    if (abort !== undefined) return toOutcome({ outcome: abort });
    if (this.#admission === undefined) return this.#toRefusal(error);
    if (error instanceof JsonRpcError) {
      return toOutcome({ outcome: "protocol error", code: error.code });
    }
    if (explain(error) !== undefined) return toOutcome({ outcome: "tool error" });
    return toOutcome({ outcome: "failed", reference: this.#call.reference });
  }

  /** What was thrown before the call was allowed. */
  #toRefusal(error: unknown): Outcome {
    const said = explain(error);
    if (said === undefined && !(error instanceof JsonRpcError)) {
      return toOutcome({ outcome: "failed", reference: this.#call.reference });
    }
    const by = toRefusedBy(error);
    // The message about arguments that do not fit may quote a part of them.
    const message = said ?? (error instanceof Error ? error.message : "");
    const reason = by === "validation" ? undefined : toName(message, this.#rules.redact);
    return { decision: '"decision":"refused"', text: toMembers({ by, reason }) };
  }
}

/** What a call asks for, and with which arguments. Throws as `toArguments` does. */
function toAsked(call: ToolCall, redact: Redact): string {
  if (isFeatureCall(call)) return toFeatureMembers(call.feature, redact);
  return join(`"tool":${JSON.stringify(call.tool)}`, toArguments(call.arguments, redact));
}

function toOutcome(members: Readonly<Record<string, unknown>>): Outcome {
  return { text: toMembers(members) };
}

/** Limits and other middleware may throw any error that a model can read. */
function toRefusedBy(error: unknown): RefusedBy {
  const by = error instanceof Error && "refusedBy" in error ? error.refusedBy : undefined;
  if (isRefusedBy(by)) return by;
  return error instanceof JsonRpcError ? "protocol" : "policy";
}

function toAbort(reason: unknown): Outcome {
  return toOutcome({ outcome: toWhy(reason) ?? "cancelled" });
}

/** Why a call ended before its tool did, or undefined if the tool ended. */
function toWhy(reason: unknown): string | undefined {
  if (!(reason instanceof Error && reason.name === "AbortError" && "why" in reason)) return;
  return String(reason.why);
}
