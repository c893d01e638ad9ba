import { type Audit, type AuditMode, type AuditOptions, createAudit } from "./audit.ts";
import { beginning, type Head, readLink } from "./chain.ts";
import { type AuditFile, openAuditFile, type SyncPolicy } from "./file/audit-file.ts";
import { AuditProblem, toCode } from "./problem.ts";
import { Follower } from "./sink/follower.ts";
import { type AuditSink, multiplex } from "./sink/sink.ts";

const mebibyte = 1024 * 1024;

type Values = Readonly<Record<string, unknown>>;

/** A place for lines that others share, such as a Redis Stream. */
export interface AuditStreamSink extends AuditSink {
  /** The key or address by which messages call it, without any password. */
  readonly name: string;
  /** The text of its last line; undefined for none, or where it cannot be asked now. */
  readonly last: string | undefined;
}

/** What the log of a process needs besides its options: a file, a stream, or both. */
export interface AuditPlace extends Pick<AuditOptions, "server" | "redact" | "log"> {
  readonly path?: string | undefined;
  readonly stream?: AuditStreamSink | undefined;
  /** Is called with errors of writes that no call waits for. */
  problem(error: unknown): void;
}

/**
 * Opens the log that `--audit-file`, `--audit-redis` and the options with them ask for. With both, the
 * file decides and the stream follows. Throws AuditProblem where the log cannot be kept.
 */
export async function openAudit(options: Values, place: AuditPlace): Promise<Audit> {
  const { path, stream, problem, ...rest } = place;
  const sync = toSync(options);
  const file =
    path === undefined
      ? undefined
      : openAuditFile({ path, sync, problem, maxBytes: toBytes(options) });
  try {
    return await createAudit({
      ...toChain(file, stream, rest.log),
      ...{ mode: toMode(options), strict: sync === "always" },
      ...rest,
    });
  } catch (error) {
    await file?.close();
    if (error instanceof AuditProblem) throw error;
    throw new AuditProblem(
      `${path ?? stream?.name} cannot be written (${toCode(error)}).`,
      path === undefined
        ? "Check that Redis has memory left and that its user may write this key."
        : "Check that the disk has room and that this process may write there.",
    );
  }
}

/** Where lines go, and the line after which they go on. */
function toChain(
  file: AuditFile | undefined,
  stream: AuditStreamSink | undefined,
  log: AuditPlace["log"],
): Pick<AuditOptions, "sink" | "head" | "torn"> {
  if (stream === undefined) {
    if (file === undefined) throw new TypeError("An audit log needs a file or a stream.");
    return { sink: file, head: file.head, torn: file.torn };
  }
  const head = toHead(stream);
  if (file === undefined) return { sink: stream, head };
  const { sequence } = file.head;
  if (head.sequence > sequence || (head.sequence === sequence && head.hash !== file.head.hash)) {
    throw new AuditProblem(
      `The stream ${stream.name} has line ${head.sequence} of another log than the file, which ends at line ${sequence}.`,
      "Give the stream another key with --audit-stream, or the file that was written with it.",
    );
  }
  if (head.sequence > 0 && head.sequence < sequence) {
    log.warn(
      `Lines ${head.sequence + 1} to ${sequence} of the audit log are in the file alone: the stream ${stream.name} ends before them.`,
    );
  }
  // A follower takes every line: nothing of it is lost here.
  const sink = multiplex(file, [new Follower(stream, { log })], () => undefined);
  return { sink, head: file.head, torn: file.torn };
}

function toHead({ name, last }: AuditStreamSink): Head {
  if (last === undefined) return beginning;
  const link = readLink(Buffer.from(last));
  if (typeof link === "object") return { sequence: link.sequence, hash: link.hash };
  throw new AuditProblem(
    `The stream ${name} does not end with a line of an audit log, or that line was changed.`,
    'Keep it for an examination ("fairlead audit verify --stream KEY" says more), and give another key with --audit-stream.',
  );
}

function toSync({ auditSync }: Values): SyncPolicy {
  return auditSync === "always" || auditSync === "never" ? auditSync : "batch";
}

function toMode({ audit }: Values): AuditMode {
  return audit === "warn" ? "warn" : "required";
}

function toBytes({ auditMaxMb }: Values): number {
  const size = Number(auditMaxMb);
  return size > 0 ? size * mebibyte : Number.POSITIVE_INFINITY;
}
