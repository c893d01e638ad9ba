import type { Database, Use } from "../connect/database.ts";
import type { Session } from "../connect/session.ts";
import { PostgresError } from "../errors.ts";
import { parseOne } from "../guard/parse.ts";
import { checkStatement } from "../guard/statement.ts";
import { createHypothetical, explainGeneric, findHypopg } from "../query/explain.ts";

export interface Advice {
  readonly query: string;
  readonly cost: number;
  /** The indexes that would help, the best first, each with the cost it would leave. */
  readonly indexes: readonly {
    readonly definition: string;
    readonly cost: number;
    readonly saved_percent: number;
    readonly size: string;
  }[];
}

/** An index is worth naming from this share of the cost it would save. */
const worthwhile = 0.1;
const mostCandidates = 40;

/** Which indexes the planner would use if they were there, by hypopg. Throws PostgresError. */
export async function adviseIndexes(
  database: Database,
  queries: readonly string[],
  use: Use,
): Promise<readonly Advice[]> {
  const advice: Advice[] = [];
  // Each in a session of its own, since one's hypothetical indexes would show in the next.
  for (const query of queries) {
    const usage = checkStatement(await parseOne(`EXPLAIN ${query}`), "query");
    const asked = { query, parameters: usage.parameters, names: await readNames(query) };
    advice.push(await database.read({ ...use, usage }, (session) => adviseOne(session, asked)));
  }
  return advice;
}

/** Every name a statement uses: what is not a column of a table it reads falls out later. */
async function readNames(query: string): Promise<readonly string[]> {
  const text = JSON.stringify(await parseOne(query));
  const names = [...text.matchAll(/"sval":("(?:[^"\\]|\\.)*")/g)].map(([, name]) =>
    String(JSON.parse(name ?? '""')),
  );
  return [...new Set(names)];
}

interface Asked {
  readonly query: string;
  readonly parameters: number;
  readonly names: readonly string[];
}

async function adviseOne(session: Session, asked: Asked): Promise<Advice> {
  const schema = await findHypopg(session);
  if (schema === undefined) {
    throw new PostgresError(
      "Trying out indexes needs the extension hypopg, which this database does not have.",
      "Use explain_query, or have an administrator run CREATE EXTENSION hypopg.",
    );
  }
  const plan = await readPlan(session, asked);
  const candidates = await findCandidates(session, plan.tables, asked.names);
  const tried = [];
  for (const definition of candidates) {
    await createHypothetical(session, [definition]);
    const { cost } = await readPlan(session, asked);
    const [size] = await session.all<{ text: string }>(
      `SELECT pg_catalog.pg_size_pretty(pg_catalog.sum(${schema}.hypopg_relation_size(h.indexrelid)))
         AS text FROM ${schema}.hypopg() h`,
    );
    await session.all(`SELECT ${schema}.hypopg_reset()`);
    const saved = plan.cost === 0 ? 0 : (plan.cost - cost) / plan.cost;
    const row = { definition, cost, saved_percent: Math.round(saved * 1000) / 10 };
    if (saved >= worthwhile) tried.push({ ...row, size: size?.text ?? "" });
  }
  const indexes = tried.sort((a, b) => a.cost - b.cost).slice(0, 5);
  return { query: asked.query, cost: plan.cost, indexes };
}

interface Plan {
  readonly cost: number;
  /** OIDs cannot be had from a plan, so the tables are quoted names. */
  readonly tables: readonly string[];
}

async function readPlan(session: Session, { query, parameters }: Asked): Promise<Plan> {
  const explain = "EXPLAIN (VERBOSE, FORMAT JSON)";
  const parsed: unknown = JSON.parse(
    await explainGeneric(session, { explain, sql: query, parameters }),
  );
  const tables = new Set<string>();
  let cost = 0;
  /** Collects the tables of a part of the plan, and returns what the part costs. */
  const visit = (value: unknown): number => {
    if (typeof value !== "object" || value === null) return 0;
    const fields = new Map(Object.entries(value));
    const relation = fields.get("Relation Name");
    const schema = fields.get("Schema");
    if (typeof relation === "string" && typeof schema === "string") {
      tables.add(`${quote(schema)}.${quote(relation)}`);
    }
    const plans = fields.get("Plans");
    if (Array.isArray(plans)) for (const plan of plans) visit(plan);
    return Number(fields.get("Total Cost") ?? 0);
  };
  for (const item of Array.isArray(parsed) ? parsed : []) {
    if (typeof item === "object" && item !== null && "Plan" in item) cost = visit(item.Plan);
  }
  return { cost, tables: [...tables] };
}

/** Indexes on the columns a statement names, alone and in pairs. */
async function findCandidates(
  session: Session,
  tables: readonly string[],
  names: readonly string[],
): Promise<readonly string[]> {
  const rows = await session.all<{ relation: string; name: string }>(
    `SELECT t.name AS relation, pg_catalog.quote_ident(a.attname) AS name
     FROM pg_catalog.unnest($1::text[]) AS t(name)
     JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(t.name)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p', 'm') AND c.relnamespace <> 'pg_catalog'::regnamespace
       AND a.attname = ANY ($2::pg_catalog.name[])
       AND EXISTS (SELECT FROM pg_catalog.pg_opclass o
         JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod AND m.amname = 'btree'
         WHERE o.opcintype = a.atttypid OR a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype))
     ORDER BY 1, 2`,
    [tables, names],
  );
  const byTable = Map.groupBy(rows, ({ relation }) => relation);
  const single = rows.map(({ relation, name }) => `${relation} (${name})`);
  const pairs = [...byTable].flatMap(([relation, columns]) =>
    columns.flatMap(({ name: first }) =>
      columns
        .filter(({ name: second }) => second !== first)
        .map(({ name: second }) => `${relation} (${first}, ${second})`),
    ),
  );
  return [...single, ...pairs].slice(0, mostCandidates);
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
