import type { Session } from "../connect/session.ts";
import { PostgresError } from "../errors.ts";

/** Throws PostgresError unless there is one value for each parameter of a statement. */
export function checkParameters(needed: number, given: readonly unknown[]): void {
  if (needed === given.length) return;
  const has = needed === 0 ? "no parameters" : `parameters up to $${needed}`;
  const values = needed === 1 ? "1 value" : `${needed} values`;
  throw new PostgresError(
    `The statement has ${has}, and params holds ${given.length}.`,
    needed === 0 ? "Leave params out, or write $1, $2, ... for them." : `Give ${values} in params.`,
    "08P01",
  );
}

interface Kind extends Record<string, unknown> {
  readonly given: number;
  readonly json: boolean;
  readonly list: boolean;
  /** Whether it is a list of JSON values. */
  readonly items: boolean;
  /** What stands between the elements of a list: a semicolon for boxes. */
  readonly between: string;
}

const kindsSql = `
WITH RECURSIVE bases(given, oid) AS (
  SELECT g.oid, g.oid FROM pg_catalog.unnest($1::pg_catalog.oid[]) g(oid)
  UNION SELECT b.given, t.typbasetype FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.oid
  WHERE t.typtype = 'd'
)
SELECT b.given, t.oid IN (114, 3802) AS json, t.typcategory = 'A' AS list,
  t.typelem IN (114, 3802) AS items, t.typdelim AS between
FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.oid WHERE t.typtype <> 'd'`;

/**
 * The values as PostgreSQL reads them. Where one is a list or an object, or text that holds a list,
 * the type of its parameter decides whether it becomes JSON or an array.
 */
export async function toValues(
  session: Session,
  text: string,
  values: readonly unknown[],
): Promise<readonly (string | null)[]> {
  if (!values.some(isStructured)) return values.map((value) => toText(value, undefined));
  const types = await session.describe(text);
  const kinds = await session.all<Kind>(kindsSql, [types]);
  return values.map((value, index) =>
    toText(
      value,
      kinds.find(({ given }) => given === types[index]),
    ),
  );
}

function isStructured(value: unknown): boolean {
  if (typeof value === "string") return /^\s*\[/.test(value);
  return typeof value === "object" && value !== null;
}

function toText(value: unknown, kind: Kind | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return kind?.list === true ? readList(value, kind) : value;
  if (kind?.json === true) return JSON.stringify(value);
  if (Array.isArray(value)) return toArray(value, kind);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Text of JSON for an array; text of PostgreSQL's own, such as `[0:1]={1,2}`, stays as it is. */
function readList(text: string, kind: Kind): string {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? toArray(list, kind) : text;
  } catch {
    return text;
  }
}

function toArray(values: readonly unknown[], kind: Kind | undefined): string {
  const items = values.map((value) => {
    if (value === null) return "NULL";
    if (Array.isArray(value) && kind?.items !== true) return toArray(value, kind);
    const isJson = kind?.items === true || typeof value === "object";
    const text = isJson ? JSON.stringify(value) : String(value);
    return `"${text.replace(/[\\"]/g, "\\$&")}"`;
  });
  return `{${items.join(kind?.between ?? ",")}}`;
}
