import { setFlagsFromString } from "node:v8";
import { PostgresError } from "../errors.ts";
import { listOf, unwrap } from "./tree.ts";

/** Characters a statement may have: the parser's stack and time are not without end. */
const longest = 200_000;
const deepest = 400;

/** One statement of a text, with its own part of the text. */
export interface Statement {
  readonly tree: unknown;
  readonly sql: string;
}

/** Reads SQL with PostgreSQL's own parser; throws PostgresError where that would not. */
export async function parseStatements(sql: string): Promise<readonly Statement[]> {
  if (sql.length > longest) {
    throw new PostgresError(`The statement has over ${longest} characters.`, "Shorten it.");
  }
  // The server takes a text up to its first NUL, so what follows would be judged but not run.
  if (sql.includes("\0") || !sql.isWellFormed()) {
    throw new PostgresError(
      "The statement is not valid text.",
      "Leave out NUL and lone surrogates.",
    );
  }
  if (depthOf(sql) > deepest) {
    throw new PostgresError("The statement is nested too deeply.", "Use CTEs to flatten it.");
  }
  loading ??= loadParser();
  const { parse } = await loading;
  const bytes = Buffer.from(sql);
  const parsed: unknown = await parse(sql).catch((error: unknown) => {
    throw toSyntaxError(error, sql);
  });
  const list =
    typeof parsed === "object" && parsed !== null && "stmts" in parsed ? parsed.stmts : [];
  return listOf(list).map((item) => {
    const { tree, start, length } = toPlace(item);
    const end = length === 0 ? bytes.length : start + length;
    return { tree, sql: bytes.subarray(start, end).toString("utf8").trim() };
  });
}

let loading: ReturnType<typeof loadParser> | undefined;
let alone = true;

/**
 * Leaves the engine's flags as they are, where another part of the process compiles WebAssembly too:
 * they are the whole process's, and the engine may crash when they change under its feet.
 */
export function shareEngine(): void {
  alone = false;
}

/**
 * The parser, its machine code left as it is: to optimise it takes the engine half a gigabyte for some
 * seconds, and wins nothing. The flags hold for what is compiled while they are set, so this alone.
 */
async function loadParser() {
  const flags = alone ? ["wasm-tier-up", "wasm-dynamic-tiering"] : [];
  for (const flag of flags) setFlagsFromString(`--no-${flag}`);
  try {
    const parser = await import("libpg-query");
    // Functions are compiled when they are first called, the large one by any statement.
    await parser.parse("SELECT 1");
    return parser;
  } finally {
    for (const flag of flags) setFlagsFromString(`--${flag}`);
  }
}

function toPlace(item: unknown): { tree: unknown; start: number; length: number } {
  const fields = typeof item === "object" && item !== null ? new Map(Object.entries(item)) : null;
  return {
    tree: fields?.get("stmt"),
    start: Number(fields?.get("stmt_location") ?? 0),
    length: Number(fields?.get("stmt_len") ?? 0),
  };
}

/** The one statement of a text. */
export async function parseOne(sql: string): Promise<unknown> {
  const [first, ...others] = await parseStatements(sql);
  if (first === undefined || unwrap(first.tree) === undefined) {
    throw new PostgresError("There is no statement.", "Give one SQL statement.");
  }
  if (others.length > 0) {
    throw new PostgresError(
      `There are ${others.length + 1} statements.`,
      "Give one statement at a time.",
      "42601",
    );
  }
  return first.tree;
}

/** The most brackets open at once, those in texts and comments included: a bound is enough. */
function depthOf(sql: string): number {
  let [depth, most] = [0, 0];
  for (const character of sql) {
    if (character === "(" || character === "[") depth += 1;
    else if ((character === ")" || character === "]") && depth > 0) depth -= 1;
    if (depth > most) most = depth;
  }
  return most;
}

function toSyntaxError(error: unknown, sql: string): PostgresError {
  const message = error instanceof Error ? error.message : "it cannot be read";
  const details: unknown = error instanceof Error ? Reflect.get(error, "sqlDetails") : undefined;
  const at =
    typeof details === "object" && details !== null ? Reflect.get(details, "cursorPosition") : 0;
  const near = typeof at === "number" && at > 0 ? ` Near: ${sql.slice(at, at + 40)}` : "";
  return new PostgresError(
    `The statement cannot be read: ${message}.`,
    `Correct the syntax, in PostgreSQL's dialect.${near}`,
    "42601",
  );
}
