import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Middleware, Principal, ToolCall } from "@fairlead/define";
import { AuditLog } from "./audit-log.ts";
import { CallRecord } from "./call-record.ts";
import type { Head } from "./chain.ts";
import { Door, type DoorRefusal } from "./door.ts";
import type { Feature } from "./feature.ts";
import { ownPid } from "./file/process.ts";
import type { Torn } from "./file/tail.ts";
import {
  createClientNames,
  createWho,
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
import { toCode } from "./problem.ts";
import type { AuditSink } from "./sink/sink.ts";

/** Whether calls that cannot be logged are refused, or run with a warning. */
export type AuditMode = "required" | "warn";

export interface AuditOptions {
  readonly sink: AuditSink;
  /** The last line so far, after which the chain continues. */
  readonly head: Head;
  /** The piece of a line that a crash left. */
  readonly torn?: Torn | undefined;
  readonly server: { readonly name: string; readonly version: string };
  readonly mode: AuditMode;
  /** Whether an answer waits until its line is on disk. */
  readonly strict: boolean;
  redact: Redact;
  /** The operator's log. */
  readonly log: { info(message: string): void; warn(message: string): void };
  /** Lines that wait in memory while they cannot be written; 32,768 without it. */
  readonly maxHeld?: number;
}

/** A call that was refused before it got to a tool. */
export interface Denial {
  readonly principal: Principal;
  readonly by: RefusedBy;
  /** What the client was told. */
  readonly reason: string;
  readonly clientInfo?: ToolCall["clientInfo"];
  readonly meta?: ToolCall["meta"];
  /** The name that was asked for, whether or not there is such a tool. */
  readonly tool?: string;
  readonly arguments?: unknown;
  /** What was asked for in place of a tool. */
  readonly feature?: Feature;
}

/** What an audit log is told of one server. */
export interface AuditedServer {
  /** Writes down each tool call, and each request that is given to it in the form of one. */
  readonly middleware: Middleware;
  /**
   * Writes down what was refused before it came to a tool, such as a token without the scope.
   *
   * @example
   * audit.denied({ principal, by: "authentication", reason: "The token lacks the scope git:write." });
   */
  denied(denial: Denial): void;
  /**
   * Writes down what was refused before a message was read: the first of each status and sender in a
   * minute, and how many more came, so that a flood does not fill the disk.
   *
   * @example
   * audit.refused({ status: 401, by: "authentication", reason: "No token.", address: "203.0.113.7" });
   */
  refused(refusal: DoorRefusal): void;
}

/** The audit log of a process, and what it is told of the server that it was opened for. */
export interface Audit extends AuditedServer {
  /** What the log is told of another server of the process, whose name its lines then have. */
  of(server: AuditOptions["server"]): AuditedServer;
  /** Writes a line now, to a new file if the old one was renamed, as on SIGHUP. */
  reopen(): void;
  /** Writes what is left, and the last line. */
  close(): Promise<void>;
}

/**
 * Opens the log of a server and writes its first line. Rejects where that cannot be written.
 *
 * @example
 * const file = openAuditFile({ path: "audit.jsonl", sync: "batch", maxBytes: Infinity, problem });
 * const audit = await createAudit({
 *   ...{ sink: file, head: file.head, torn: file.torn, mode: "required", strict: false },
 *   ...{ server: { name: "git", version: "1.0.0" }, redact: (text) => text, log },
 * });
 */
export async function createAudit(options: AuditOptions): Promise<Audit> {
  const { server, sink, head, torn, redact, log, mode, strict } = options;
  const refuses = mode === "required";
  const lines = new AuditLog({
    ...{ sink, head },
    ...(options.maxHeld !== undefined && { maxHeld: options.maxHeld }),
    failed: (error) => log.warn(toFailureText(error, mode)),
    recovered: (lost) => log.warn(`The audit log can be written again. Lines lost: ${lost}.`),
  });
  const life = (kind: "open" | "reopen" | "close", more: object = {}) =>
    toMembers({ ...{ time: now(), kind, server, pid: ownPid, host: hostname() }, ...more });
  await lines.write(life("open", { torn }), { withdraw: true });
  log.info(`The audit log goes on at line ${lines.head.sequence} (${lines.head.hash}).`);

  // Numbers of calls are those of this process: its name keeps them apart from those of others.
  const instance = randomBytes(6).toString("base64url");
  let calls = 0;
  const toClient = createClientNames(redact);
  const toWho = createWho();
  const doors: Door[] = [];
  const of = (audited: AuditOptions["server"]): AuditedServer => {
    const own = toMembers({ server: audited });
    const rules = { lines, server: own, redact, toClient, toWho, refuses, strict };
    const door = new Door(({ principal, reason, by, ...facts }) =>
      lines.add(
        join(
          toMembers({ time: now(), kind: "denied" }),
          principal && toWho(principal),
          own,
          toMembers({
            ...{ decision: "refused", by, reason: reason && toName(reason, redact), ...facts },
          }),
        ),
      ),
    );
    doors.push(door);
    return {
      refused: (refusal) => door.refused(refusal),
      middleware: (call, next) => {
        calls += 1;
        return new CallRecord(call, `${instance}-${calls}`, rules).follow(next);
      },
      denied({ principal, by, reason, clientInfo, meta = {}, tool, arguments: given, feature }) {
        lines.add(
          join(
            toMembers({ time: now(), kind: "denied" }),
            toWho(principal),
            toClient(clientInfo),
            own,
            feature && toFeatureIfAny(feature, redact),
            tool === undefined ? undefined : toMembers({ tool: toName(tool, redact) }),
            given === undefined ? undefined : toArgumentsIfAny(given, redact),
            toMembers({ decision: "refused", by, reason: toName(reason, redact) }),
            toTrace(meta),
          ),
        );
      },
    };
  };
  return {
    ...of(server),
    of,
    reopen: () => lines.add(life("reopen")),
    async close() {
      for (const door of doors) door.flush();
      lines.add(life("close"));
      const lost = await lines.close();
      const { sequence, hash } = lines.head;
      log.info(`The audit log ends at line ${sequence} (${hash}).`);
      if (lost > 0) log.warn(`${lost} lines of the audit log could not be written and are lost.`);
    },
  };
}

/** Arguments that are nested too deeply for a digest never came to a tool either. */
function toArgumentsIfAny(given: unknown, redact: Redact): string | undefined {
  try {
    return toArguments(given, redact);
  } catch {
    return undefined;
  }
}

function toFeatureIfAny(feature: Feature, redact: Redact) {
  try {
    return toFeatureMembers(feature, redact);
  } catch {
    return toFeatureMembers({ ...feature, arguments: undefined }, redact);
  }
}

function toFailureText(error: unknown, mode: AuditMode): string {
  const effect =
    mode === "required"
      ? "Calls that change something are refused until it can be written again"
      : "Calls go on without it";
  return `The audit log cannot be written (${toCode(error)}). ${effect}.`;
}
