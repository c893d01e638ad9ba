import { createRandom } from "@fairlead/testing";
import { honest } from "./honest.ts";
import { attacks } from "./refused.ts";

const hostileOnes = Object.values(attacks)
  .flat()
  .filter((sql) => sql.length < 2_000);
// Hostile ones are many and mostly refused; what grows from honest ones gets further.
const corpus = [...honest, ...honest, ...honest, ...hostileOnes];

const calls = ["pg_read_file('/etc/passwd')", "nextval('numbers')", "write_row()", "lo_creat(-1)"];
const words = [
  ...["SELECT", "FROM", "WHERE", "INTO stolen", "FOR UPDATE", "RETURNING *", "COMMIT", ";", "--"],
  ...["/*", "*/", "'", "$$", '"', "(", ")", ",", "::checked", "::pair", "<!>", ".pg_read_file"],
  ...["COPY victim TO PROGRAM 'touch $F'", "DELETE FROM victim", "DROP TABLE victim", "E'\\''"],
  ...["EXPLAIN ANALYZE", "WITH x AS (DELETE FROM victim RETURNING *)", "UNION ALL", "LATERAL"],
  ...["SET LOCAL", "TABLE victim", "DO $$ BEGIN PERFORM write_row(); END $$", "EXECUTE", "\u00a0"],
  ...calls,
];
const hostile = ["pg_read_file", "set_config", "nextval", "write_row", "drop_it", "lo_import"];

/** What surrounds a statement where it still is one. */
const frames: readonly ((sql: string) => string)[] = [
  (sql) => `SELECT * FROM (${sql}) framed`,
  (sql) => `WITH framed AS (${sql}) TABLE framed`,
  (sql) => `SELECT ARRAY(${sql})`,
  (sql) => `SELECT EXISTS (${sql})`,
  (sql) => `EXPLAIN ANALYZE ${sql}`,
  (sql) => `${sql} UNION ALL SELECT ${calls[0]}`,
  (sql) => `(${sql})`,
  (sql) => `${sql};`,
];

/** Statements grown at random from honest and hostile ones; the same for the same seed. */
export function* mutate(seed: number): Generator<string> {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const place = (parts: readonly string[]) => Math.floor(random() * (parts.length + 1));
  const steps: readonly ((parts: string[]) => string[])[] = [
    (parts) => parts.toSpliced(place(parts), 1),
    (parts) => parts.toSpliced(place(parts), 0, ` ${pick(words)} `),
    (parts) => parts.toSpliced(place(parts), 0, pick(parts) ?? ""),
    (parts) => [...parts.slice(0, place(parts)), ...toParts(pick(corpus)).slice(place(parts))],
    (parts) => replaceOne(parts, /^(?:\d+|'.*')$/, pick(calls), random),
    (parts) => replaceOne(parts, /^[a-z_]+$/, pick(hostile), random),
    (parts) => replaceOne(parts, /^[a-z_]+$/, pick(toParts(pick(honest))), random),
    (parts) => replaceOne(parts, /^[A-Z]+$/, pick(toParts(pick(honest))), random),
    (parts) => replaceOne(parts, /^(?:\d+|'.*')$/, `(${pick(honest)})`, random),
    (parts) => [pick(frames)?.(parts.join("")) ?? ""],
  ];
  for (;;) {
    let parts = toParts(pick(corpus));
    for (let left = 1 + Math.floor(random() * 3); left > 0; left -= 1) {
      parts = pick(steps)?.(parts) ?? parts;
    }
    yield parts.join("");
  }
}

function toParts(sql = ""): string[] {
  return sql.match(/\w+|'(?:[^']|'')*'|\s+|[^\w\s]/g) ?? [];
}

function replaceOne(
  parts: readonly string[],
  which: RegExp,
  by = "",
  random: () => number,
): string[] {
  const places = [...parts.keys()].filter((at) => which.test(parts[at] ?? ""));
  const at = places[Math.floor(random() * places.length)];
  return at === undefined ? [...parts] : parts.with(at, by);
}
