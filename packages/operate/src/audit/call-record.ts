import type { Admission, ToolCall } from "@fairlead/define";
import { explain, JsonRpcError, RefusedCall } from "@fairlead/define/start";
import type { AuditLog } from "./audit-log.ts";
import { isFeatureCall } from "./feature.ts";
import {
  type createClientNames,
  isRefusedBy,
  type RefusedBy,
  toArguments,
  toFeatureMembers,
  toMembers,
  toName,
  toTraceId,
  type toWho,
} from "./members.ts";
import type { Redact } from "./preview.ts";

export interface CallRules {
  readonly lines: AuditLog;
  readonly server: { readonly name: string; readonly version: string };
  readonly redact: Redact;
  readonly toClient: ReturnType<typeof createClientNames>;
  readonly toWho: typeof toWho;
  /** Whether a call that changes something is refused where it cannot be written down. */
  readonly refuses: boolean;
  /** Whether the answer waits until its line is written. */
  readonly strict: boolean;
  /** What the lines of this call have in common. */
  readonly id: string;
}

type Outcome = Readonly<Record<string, unknown>>;

/** Logs one call: one line, or two if the call changes something. */
export class CallRecord {
  readonly #call: ToolCall;
  readonly #rules: CallRules;
  readonly #began = performance.now();
  readonly #time = new Date().toISOString();
  #facts: Readonly<Record<string, unknown>> = {};
  #admission: Admission | undefined;
  /** A line said that the call is about to run. */
  #announced = false;
  #ended = false;

  constructor(call: ToolCall, rules: CallRules) {
    this.#call = call;
    this.#rules = rules;
  }

  /** Carries out the call, and writes down that it begins and how it ended. */
  async follow(next: () => Promise<unknown>): Promise<unknown> {
    const { signal } = this.#call;
    // A tool that ignores its signal may never end.
    signal.addEventListener("abort", () => void this.#end(toAbort(signal.reason)), { once: true });
    try {
      this.#facts = this.#toFacts();
      this.#call.beforeRun((admission) => this.#admit(admission));
      const result = await next();
      await this.#end({ outcome: "ok" });
      return result;
    } catch (error) {
      await this.#end(this.#toOutcome(error));
      throw error;
    }
  }

  /** Taken before the tool can change its arguments. */
  #toFacts() {
    const { principal, clientInfo, meta } = this.#call;
    const { server, redact, toClient, toWho, id } = this.#rules;
    const who = { call: id, who: toWho(principal), client: toClient(clientInfo), server };
    const trace = toTraceId(meta);
    try {
      return { ...who, ...toAsked(this.#call, redact), trace };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#facts = { ...who, tool: this.#call.tool, trace };
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
    const line = toMembers({ ...this.#open("intent"), ...this.#decided() });
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

  async #end(outcome: Outcome): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const ms = Math.round((performance.now() - this.#began) * 10) / 10;
    const { lines, strict, id } = this.#rules;
    const { tool } = this.#call;
    const members = this.#announced
      ? { time: new Date().toISOString(), kind: "outcome", call: id, tool, ...outcome, ms }
      : { ...this.#open("call"), ...this.#decided(), ...outcome, ms };
    const line = toMembers(members);
    if (!strict) return lines.add(line);
    // The tool has run: a line that cannot be written waits in memory.
    await lines.write(line, { withdraw: false }).catch(() => undefined);
  }

  #open(kind: "intent" | "call") {
    const { effect } = this.#call;
    const most = typeof effect === "string" ? effect : effect.most;
    return { time: this.#time, kind, ...this.#facts, effect: this.#admission?.effect ?? most };
  }

  #decided() {
    if (this.#admission === undefined) return { decision: "undecided" };
    const { confirmedBy } = this.#admission;
    return confirmedBy ? { decision: "confirmed", confirmedBy } : { decision: "allowed" };
  }

  #toOutcome(error: unknown): Outcome {
    const abort = toWhy(error);
    if (abort !== undefined) return { outcome: abort };
    if (this.#admission === undefined) return this.#toRefusal(error);
    if (error instanceof JsonRpcError) return { outcome: "protocol error", code: error.code };
    if (explain(error) !== undefined) return { outcome: "tool error" };
    return { outcome: "failed", reference: this.#call.reference };
  }

  /** What was thrown before the call was allowed. */
  #toRefusal(error: unknown): Outcome {
    const said = explain(error);
    if (said === undefined && !(error instanceof JsonRpcError)) {
      return { outcome: "failed", reference: this.#call.reference };
    }
    const by = toRefusedBy(error);
    // The message about arguments that do not fit may quote a part of them.
    const message = said ?? (error instanceof Error ? error.message : "");
    const reason = by === "validation" ? undefined : message;
    const { redact } = this.#rules;
    return {
      ...{ decision: "refused", by },
      ...(reason !== undefined && { reason: toName(reason, redact) }),
    };
  }
}

/** What a call asks for, and with which arguments. */
function toAsked(call: ToolCall, redact: Redact) {
  if (isFeatureCall(call)) return toFeatureMembers(call.feature, redact);
  return { tool: call.tool, arguments: toArguments(call.arguments, redact) };
}

/** Limits and other middleware may throw any error that a model can read. */
function toRefusedBy(error: unknown): RefusedBy {
  const by = error instanceof Error && "refusedBy" in error ? error.refusedBy : undefined;
  if (isRefusedBy(by)) return by;
  return error instanceof JsonRpcError ? "protocol" : "policy";
}

function toAbort(reason: unknown): Outcome {
  return { outcome: toWhy(reason) ?? "cancelled" };
}

/** Why a call ended before its tool did, or undefined if the tool ended. */
function toWhy(reason: unknown): string | undefined {
  if (!(reason instanceof Error && reason.name === "AbortError" && "why" in reason)) return;
  return String(reason.why);
}
