import { parseArgs } from "node:util";
import { type Head, type Report, verifyAudit, verifyAuditLines } from "@fairlead/operate/audit";

export const auditUsage = `Usage: fairlead audit verify [--expect LINE:HASH] FILE...
       fairlead audit verify [--expect LINE:HASH] --stream KEY [--redis URL]

Verifies an audit log: that no line of it was changed, taken out, moved or added. Give all files of one
log that are left, in any order. Names that end in .gz are unpacked.

  --expect LINE:HASH  A line that has to be in the log, as an earlier verification printed it. Without
                      it nothing shows that lines were cut off the end.
  --stream KEY        A stream of --audit-redis to verify, instead of files.
  --redis URL         The Redis that has it; FAIRLEAD_AUDIT_REDIS without this option.

Exit codes: 0 the log is whole, 1 it is broken, 2 wrong words or what cannot be read, 3 whole up
to a piece of a line at the end, which a crash left or the server is about to complete.
`;

/** What to print, and the exit code. */
interface Verdict {
  readonly code: number;
  readonly out?: string;
  readonly error?: string;
}

/** Carries out the words after `fairlead audit`. */
export async function audit(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Verdict> {
  const given = readWords(argv, env["FAIRLEAD_AUDIT_REDIS"]);
  if (given === undefined) return { code: 2, error: auditUsage };
  if (given.help) return { code: 0, out: auditUsage };
  if (given.stream !== undefined) return verifyStream(given.stream, given);
  try {
    const { length } = given.files;
    const where = `${length} ${length === 1 ? "file" : "files"}`;
    return toVerdict(await verifyAudit(given.files, given.expected), where);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { code: 2, error: `A file cannot be read: ${reason}\n` };
  }
}

async function verifyStream(
  key: string,
  { redis, expected }: { readonly redis: string | undefined; readonly expected: Head | undefined },
): Promise<Verdict> {
  if (redis === undefined || !URL.canParse(redis)) {
    return { code: 2, error: "Give the URL of Redis with --redis or FAIRLEAD_AUDIT_REDIS.\n" };
  }
  const { AuditStream, AuditStreamError } = await import("@fairlead/redis");
  const stream = new AuditStream({ url: redis, key, maxLines: 0 });
  try {
    await stream.open();
    return toVerdict(await verifyAuditLines(key, stream.read(), expected), "the stream");
  } catch (error) {
    if (!(error instanceof AuditStreamError)) throw error;
    return { code: 2, error: `The stream cannot be read (${error.code}).\n` };
  } finally {
    await stream.close();
  }
}

function readWords(argv: readonly string[], url: string | undefined) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...{ expect: { type: "string" }, stream: { type: "string" }, redis: { type: "string" } },
        help: { type: "boolean", short: "h" },
      },
    });
    const [command, ...files] = positionals;
    const { stream, redis = url } = values;
    if (values.help) return { help: true, files, expected: undefined, stream, redis };
    const [, sequence, hash] = /^(\d+):([0-9a-f]{64})$/.exec(values.expect ?? "") ?? [];
    const expected = hash === undefined ? undefined : { sequence: Number(sequence), hash };
    if (command !== "verify" || (files.length === 0) === (stream === undefined)) return undefined;
    if (values.expect !== undefined && expected === undefined) return undefined;
    return { help: false, files, expected, stream, redis };
  } catch {
    return undefined;
  }
}

function toVerdict(report: Report, where: string): Verdict {
  const { lines, broken, begins = 1, torn, unfinished, unended, lost, first, last, head } = report;
  const notes = [
    begins > 1 && `It begins with line ${begins}: older files were not given.`,
    torn > 0 && `Pieces of lines that a crash left, and the log marks: ${torn}.`,
    lost > 0 && `Lines that could not be written, as the log says: ${lost}.`,
    unended > 0 &&
      `Calls that were about to change something and whose end is not noted: ${unended}.`,
    unfinished > 0 &&
      `At the end are ${unfinished} bytes that are not a whole line: a crash left them, the server is writing, or a line was cut.`,
  ];
  const counted = `${lines.toLocaleString("en-US")} lines in ${where}`;
  const span = first === undefined ? "" : `, from ${first} to ${last}`;
  const end = head.sequence === 0 ? [] : [`Last line: ${head.sequence}:${head.hash}`];
  const place = broken && (broken.line === 0 ? broken.file : `${broken.file}, line ${broken.line}`);
  const said = broken
    ? [`Broken: ${place}: ${broken.reason}`, `Whole until there: ${counted}${span}.`]
    : [`Whole: ${counted}${span}.`];
  const text = [...said, ...notes.filter((note) => note !== false), ...end].join("\n");
  const code = broken ? 1 : unfinished > 0 ? 3 : 0;
  return { code, out: `${text}\n` };
}
