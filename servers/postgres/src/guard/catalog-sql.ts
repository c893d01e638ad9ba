/** What PostgreSQL came with has a lower number than what somebody made later, and does not change. */
export const firstOwn = 16384;

/** How much a statement may do with a type: have values near, make some, or convert to it by name. */
const [near, made, named] = [1, 2, 3];

/** The numbers of functions that an expression in the catalog calls, by itself or behind operators. */
const calls = (tree: string) =>
  `pg_catalog.regexp_matches(${tree}::pg_catalog.text,
    ':(?:funcid|opfuncid|aggfnoid|winfnoid) ([0-9]+)', 'g')`;

/** The numbers of types that an expression in the catalog converts to. */
const results = (tree: string) =>
  `pg_catalog.regexp_matches(${tree}::pg_catalog.text, ':resulttype ([0-9]+)', 'g')`;

/** Whether an expression calls something volatile. What is built in leaves no trace in pg_depend. */
const callsVolatile = (tree: string) => `EXISTS (
    SELECT FROM ${calls(tree)} m JOIN pg_catalog.pg_proc v ON v.oid = m[1]::pg_catalog.oid
    WHERE v.provolatile = 'v')`;

/**
 * All that the catalog says of the names in a statement. $1 are functions and what may be some, $2
 * operators, $3 types, $4 relations, and $5 is the level of rows that are at hand: whether functions
 * that fill rows are called. A name is looked up in every schema, since the search path and types
 * decide which one a statement would reach.
 *
 * Types are followed to what they are made of: the base of a domain, the elements of an array, the
 * bounds of a range, the fields of a row, and the types that a domain's check converts to. Those of
 * arguments are made by an implicit cast, and an argument's default is evaluated in the call.
 */
export const lookup = `
WITH RECURSIVE called AS (
  SELECT p.*, n.nspname FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE p.proname = ANY ($1::pg_catalog.name[])
), used AS (
  SELECT o.* FROM pg_catalog.pg_operator o WHERE o.oprname = ANY ($2::pg_catalog.name[])
), seeds(oid, level) AS (
  SELECT t.oid, ${named} FROM pg_catalog.pg_type t WHERE t.typname = ANY ($3::pg_catalog.name[])
  UNION ALL SELECT a.oid, ${made}
  FROM called p, pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) a(oid) WHERE p.oid >= ${firstOwn}
  UNION ALL SELECT m[1]::pg_catalog.oid, ${made}
  FROM called p, ${results("p.proargdefaults")} m WHERE p.oid >= ${firstOwn}
  UNION ALL SELECT a.aggtranstype, ${made}
  FROM called p JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = p.oid
  UNION ALL SELECT a.oid, $5::pg_catalog.int4
  FROM called p, pg_catalog.unnest(p.prorettype || p.proallargtypes) a(oid) WHERE p.oid >= ${firstOwn}
  UNION ALL SELECT a.oid, ${made}
  FROM used o, pg_catalog.unnest(ARRAY[o.oprleft, o.oprright]) a(oid) WHERE o.oid >= ${firstOwn}
  UNION ALL SELECT o.oprresult, ${near} FROM used o WHERE o.oid >= ${firstOwn}
  UNION ALL SELECT c.reltype, $5 FROM pg_catalog.pg_class c
  WHERE c.relname = ANY ($4::pg_catalog.name[])
), reached(oid, level) AS (
  SELECT s.oid, s.level FROM seeds s
  UNION SELECT n.oid, r.level FROM reached r JOIN pg_catalog.pg_type t ON t.oid = r.oid
  CROSS JOIN LATERAL (
    SELECT t.typbasetype UNION ALL SELECT t.typelem
    UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT g.rngsubtype FROM pg_catalog.pg_range g WHERE g.rngtypid = t.oid
    UNION ALL SELECT g.rngtypid FROM pg_catalog.pg_range g
    WHERE pg_catalog.to_jsonb(g) ->> 'rngmultitypid' = t.oid::pg_catalog.text
    UNION ALL SELECT m[1]::pg_catalog.oid FROM pg_catalog.pg_constraint k, ${results("k.conbin")} m
    WHERE k.contypid = t.oid
  ) n(oid) WHERE n.oid >= ${firstOwn}
), levels AS (
  SELECT r.oid, pg_catalog.max(r.level) AS level FROM reached r GROUP BY 1
)
SELECT 'function' AS kind, p.nspname AS schema, p.proname AS name,
  p.provolatile = 'v' OR ${callsVolatile("p.proargdefaults")} OR EXISTS (
    SELECT FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc s ON s.oid IN (
      a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn,
      a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)
    WHERE a.aggfnoid = p.oid AND s.provolatile = 'v') AS volatile,
  p.nspname = 'pg_catalog' OR EXISTS (
    SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      AND d.objid = p.oid AND d.deptype = 'e') AS shipped,
  p.pronargs > 0 AND p.pronargs - p.pronargdefaults <= 1
    AND NOT 'pg_catalog.internal'::pg_catalog.regtype = ANY (p.proargtypes::pg_catalog.oid[])
    AS single,
  EXISTS (SELECT FROM pg_catalog.pg_type t
    WHERE t.oid = p.proargtypes[0] AND t.typtype IN ('p', 'c')) AS row
FROM called p
UNION ALL
SELECT DISTINCT 'operator', '', o.oprname, true, false, false, false
FROM used o JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode WHERE p.provolatile = 'v'
UNION ALL
SELECT DISTINCT 'type', '', pg_catalog.format_type(l.oid, NULL), true, false, false, false
FROM levels l WHERE l.level >= ${made} AND (
  EXISTS (SELECT FROM pg_catalog.pg_constraint k
    WHERE k.contypid = l.oid AND ${callsVolatile("k.conbin")})
  OR EXISTS (SELECT FROM pg_catalog.pg_range g JOIN pg_catalog.pg_proc p
      ON p.oid IN (g.rngcanonical, g.rngsubdiff)
    WHERE g.rngtypid = l.oid AND p.provolatile = 'v'))
UNION ALL
SELECT DISTINCT 'cast', '', pg_catalog.format_type(c.castsource, NULL) || ' to '
  || pg_catalog.format_type(c.casttarget, NULL), true, false, false, false
FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
LEFT JOIN levels s ON s.oid = c.castsource LEFT JOIN levels t ON t.oid = c.casttarget
WHERE p.provolatile = 'v' AND (s.oid IS NOT NULL OR c.castsource < ${firstOwn}) AND (
  t.level = ${named}
  OR s.oid IS NOT NULL AND c.casttarget IN (114, 3802)
  OR c.castcontext <> 'e' AND (t.oid IS NOT NULL OR c.casttarget < ${firstOwn}))`;

/**
 * By function and operator: whether somebody made one of these names. Of all other things: whether
 * there are any in this database that a statement could run by the way.
 */
export const areOwn = {
  functions: (names: string) => `SELECT FROM pg_catalog.pg_proc p
    WHERE p.proname = ANY (${names}) AND p.oid >= ${firstOwn}`,
  operators: (names: string) => `SELECT FROM pg_catalog.pg_operator o
    WHERE o.oid >= ${firstOwn} AND o.oprname = ANY (${names}) AND 'v' = (
      SELECT p.provolatile FROM pg_catalog.pg_proc p WHERE p.oid = o.oprcode)`,
  types: `SELECT FROM pg_catalog.pg_constraint k
      WHERE k.contypid > 0 AND k.oid >= ${firstOwn}
    UNION ALL SELECT FROM pg_catalog.pg_cast c WHERE c.oid >= ${firstOwn} AND 'v' = (
      SELECT p.provolatile FROM pg_catalog.pg_proc p WHERE p.oid = c.castfunc)
    UNION ALL SELECT FROM pg_catalog.pg_range g
      WHERE g.rngcanonical >= ${firstOwn} OR g.rngsubdiff >= ${firstOwn}`,
} as const;

/** The level at which a type is as if the statement made a value of it. */
export const levels = { near, made } as const;

/**
 * Which transactions are seen, and by which run of the server: what the catalog says cannot differ
 * where this is equal. A standby does not list the transactions that are under way, so it has none.
 */
export const stampSql = `CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN
  pg_catalog.concat(pg_catalog.txid_current_snapshot(), ' ', pg_catalog.pg_postmaster_start_time()) END`;
