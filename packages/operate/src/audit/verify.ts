import { createHash, type Hash } from "node:crypto";
import { isRecord } from "@fairlead/guard/record";
import { beginning, type Head, readLink } from "./chain.ts";
import { LineSplitter, openFile } from "./lines.ts";

/** The first place where a log is not as it was written. */
export interface Break {
  readonly file: string;
  /** Counted from 1 in this file; 0 for what is missing after the last line. */
  readonly line: number;
  readonly reason: string;
}

/** What a verification found, up to the first break if there is one. */
export interface Report {
  readonly lines: number;
  /** The sequence number of the first line; over 1 where older files are missing. */
  readonly begins: number | undefined;
  /** When the first and the last line were written, ISO 8601. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** The last line: kept somewhere else, it shows later that none was cut off the end. */
  readonly head: Head;
  /** Pieces of lines that a crash left, each marked by the line after it. */
  readonly torn: number;
  /** Bytes at the end that are not a line: of a crash, of a cut, or still being written. */
  readonly unfinished: number;
  /** Calls that were about to change something, and whose end is not in the log. */
  readonly unended: number;
  /** Lines that could not be written, as the log itself says. */
  readonly lost: number;
  readonly broken: Break | undefined;
}

/**
 * Verifies the files of one log, in the order of their lines whatever the order they are given in, and
 * stops at the first break. It reads in constant memory; a file whose name ends in `.gz` is unpacked on
 * the way. `expected` is the head of an earlier verification, which has to be found again. Rejects for
 * a file that cannot be read.
 *
 * @example
 * const { broken, lines } = await verifyAudit(["audit.jsonl.000000004711", "audit.jsonl"]);
 * console.log(broken ? `${broken.file}:${broken.line}: ${broken.reason}` : `${lines} lines are whole`);
 */
export async function verifyAudit(files: readonly string[], expected?: Head): Promise<Report> {
  const firsts = await Promise.all(
    files.map(async (file) => ({ file, at: await readFirst(file) })),
  );
  const ordered = firsts.sort((a, b) => a.at - b.at).map(({ file }) => file);
  return walkAll(
    ordered.map((file) => [file, readLines(file)]),
    expected,
  );
}

/**
 * As `verifyAudit`, for the lines of a log that come from elsewhere, such as a stream, in their order and
 * without line ends. Rejects as they do.
 *
 * @example
 * const { broken } = await verifyAuditLines("fairlead:git:audit", stream.read());
 */
export async function verifyAuditLines(
  name: string,
  lines: AsyncIterable<string>,
  expected?: Head,
): Promise<Report> {
  return walkAll([[name, toBytes(lines)]], expected);
}

async function* toBytes(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const line of lines) yield Buffer.from(line);
}

async function walkAll(
  sources: readonly (readonly [name: string, lines: AsyncIterable<Buffer>])[],
  expected: Head | undefined,
): Promise<Report> {
  const walk = new Walk(expected);
  let file = sources[0]?.[0] ?? "";
  let line = 0;
  try {
    for (const [name, lines] of sources) {
      file = name;
      line = 0;
      for await (const bytes of lines) {
        line += 1;
        walk.step(bytes);
      }
    }
    line = 0;
    walk.end();
  } catch (error) {
    if (error instanceof RangeError) return walk.report({ file, line, reason: error.message });
    throw error;
  }
  return walk.report(undefined);
}

/** The number of the first whole line near the beginning of a file; 0 where there is none. */
async function readFirst(file: string): Promise<number> {
  let looked = 0;
  try {
    for await (const bytes of readLines(file)) {
      const link = readLink(bytes);
      if (typeof link === "object") return link.sequence;
      looked += 1;
      if (looked > 100) break;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return 0;
}

async function* readLines(file: string): AsyncGenerator<Buffer> {
  const splitter = new LineSplitter();
  for await (const chunk of openFile(file)) yield* splitter.push(chunk);
  const rest = splitter.end();
  if (rest !== undefined) yield rest;
}

/** Checks line after line. Throws RangeError at the first that does not follow the one before. */
class Walk {
  readonly #expected: Head | undefined;
  #found = false;
  #head: Head | undefined;
  #begins: number | undefined;
  #lines = 0;
  #first: string | undefined;
  #last: string | undefined;
  #torn = 0;
  #lost = 0;
  #unended = 0;
  /** Calls that have begun and not ended, limited by `--max-calls`. */
  readonly #open = new Set<unknown>();
  /** What is not a line, since the last that is one. */
  #piece: { readonly digest: Hash; bytes: number } | undefined;

  constructor(expected: Head | undefined) {
    this.#expected = expected;
  }

  step(bytes: Buffer): void {
    const link = readLink(bytes);
    if (link === "changed") throw new RangeError("This line was changed: its hash does not fit.");
    if (link === "torn") return this.#addPiece(bytes);
    const { sequence, prev, hash, members } = link;
    this.#follow({ sequence, hash }, prev);
    this.#readMark(members["torn"]);
    this.#lines += 1;
    this.#found ||= sequence === this.#expected?.sequence && hash === this.#expected.hash;
    this.#note(members);
  }

  end(): void {
    if (this.#lines === 0) throw new RangeError("It has no line of an audit log.");
    if (this.#expected === undefined || this.#found) return;
    const { sequence, hash } = this.#expected;
    throw new RangeError(
      `Line ${sequence} with the hash ${hash} is missing: lines were cut off, or the lines after a change were rewritten.`,
    );
  }

  report(broken: Break | undefined): Report {
    return {
      ...{ lines: this.#lines, begins: this.#begins, first: this.#first, last: this.#last },
      ...{ head: this.#head ?? beginning, torn: this.#torn, lost: this.#lost, broken },
      unfinished: this.#piece?.bytes ?? 0,
      unended: this.#unended + this.#open.size,
    };
  }

  #follow(next: Head, prev: string): void {
    const before = this.#head ?? (next.sequence === 1 ? beginning : undefined);
    if (before !== undefined && next.sequence !== before.sequence + 1) {
      throw new RangeError(
        `This is line ${next.sequence}, and the one before is line ${before.sequence}: lines are missing, moved or repeated, or this is another log.`,
      );
    }
    if (before !== undefined && prev !== before.hash) {
      throw new RangeError(
        "This line does not follow the one before, which was changed or is of another log.",
      );
    }
    this.#begins ??= next.sequence;
    this.#head = next;
  }

  #addPiece(bytes: Buffer): void {
    const piece = this.#piece;
    if (piece === undefined) {
      this.#piece = { digest: createHash("sha256").update(bytes), bytes: bytes.length };
      return;
    }
    piece.digest.update("\n").update(bytes);
    piece.bytes += 1 + bytes.length;
  }

  /** A piece that is not a line was left by a crash, if the next line says so. */
  #readMark(mark: unknown): void {
    const piece = this.#piece;
    this.#piece = undefined;
    if (piece === undefined && mark === undefined) return;
    const fits =
      piece !== undefined && isRecord(mark) && mark["sha256"] === piece.digest.digest("hex");
    if (!fits) {
      throw new RangeError(
        piece === undefined
          ? "This line marks a piece that a crash left, and the piece is not there."
          : "The text before this line is not a line, and the log does not say that a crash left it.",
      );
    }
    this.#torn += 1;
  }

  #note({ time, kind, call, lost }: Readonly<Record<string, unknown>>): void {
    if (typeof time === "string") {
      this.#first ??= time;
      this.#last = time;
    }
    if (kind === "intent") this.#open.add(call);
    else if (kind === "outcome") this.#open.delete(call);
    else if (kind === "open") {
      // The process that carried them out is gone.
      this.#unended += this.#open.size;
      this.#open.clear();
    }
    if (typeof lost === "number") this.#lost += lost;
  }
}
