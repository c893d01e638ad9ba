import { parseArgs } from "node:util";
import { type Report, verifyAudit } from "@fairlead/operate/audit";

export const auditUsage = `Usage: fairlead audit verify [--expect LINE:HASH] FILE...

Verifies an audit log: that no line of it was changed, taken out, moved or added. Give all files of one
log that are left, in any order. Names that end in .gz are unpacked.

  --expect LINE:HASH  A line that has to be in the log, as an earlier verification printed it. Without
                      it nothing shows that lines were cut off the end.

Exit codes: 0 the log is whole, 1 it is broken, 2 wrong words or a file that cannot be read, 3 whole up
to a piece of a line at the end, which a crash left or the server is about to complete.
`;

/** What to print, and the exit code. */
interface Verdict {
  readonly code: number;
  readonly out?: string;
  readonly error?: string;
}

/** Carries out the words after `fairlead audit`. */
export async function audit(argv: readonly string[]): Promise<Verdict> {
  const given = readWords(argv);
  if (given === undefined) return { code: 2, error: auditUsage };
  if (given.help) return { code: 0, out: auditUsage };
  try {
    return toVerdict(await verifyAudit(given.files, given.expected), given.files.length);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { code: 2, error: `A file cannot be read: ${reason}\n` };
  }
}

function readWords(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { expect: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
    const [command, ...files] = positionals;
    if (values.help) return { help: true, files, expected: undefined };
    const [, sequence, hash] = /^(\d+):([0-9a-f]{64})$/.exec(values.expect ?? "") ?? [];
    const expected = hash === undefined ? undefined : { sequence: Number(sequence), hash };
    if (command !== "verify" || files.length === 0) return undefined;
    if (values.expect !== undefined && expected === undefined) return undefined;
    return { help: false, files, expected };
  } catch {
    return undefined;
  }
}

function toVerdict(report: Report, files: number): Verdict {
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
  const counted = `${lines.toLocaleString("en-US")} lines in ${files} ${files === 1 ? "file" : "files"}`;
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
