export const columnsSql = `
SELECT pg_catalog.quote_ident(a.attname) AS name,
  pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
  CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS default,
  CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
  CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid)
    || CASE a.attgenerated WHEN 's' THEN ' stored' ELSE ' virtual' END END AS generated,
  CASE WHEN a.attcollation <> t.typcollation
    THEN a.attcollation::pg_catalog.regcollation::text END AS collation,
  pg_catalog.col_description(a.attrelid, a.attnum) AS comment
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;

// NOT NULL stands with its column, unless it is not validated.
export const constraintsSql = `
SELECT pg_catalog.quote_ident(k.conname) || ': ' || pg_catalog.pg_get_constraintdef(k.oid, true)
  AS text
FROM pg_catalog.pg_constraint k
WHERE k.conrelid = $1 AND (k.contype <> 'n' OR NOT k.convalidated)
ORDER BY k.contype DESC, k.conname`;

export const indexesSql = `
SELECT pg_catalog.pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)'
  END || CASE WHEN i.indisreplident THEN ' (replica identity)' ELSE '' END AS text
FROM pg_catalog.pg_index i WHERE i.indrelid = $1 ORDER BY 1`;

const relation = (oid: string) => `${oid}::pg_catalog.regclass::text`;
const listed = 20;

/** The names of relations in one line, the first of them where there are many. */
const names = (oid: string, from: string) => `
SELECT pg_catalog.string_agg(x.name, ', ' ORDER BY x.name) FILTER (WHERE x.row <= ${listed})
  || CASE WHEN count(*) > ${listed} THEN ' and ' || count(*) - ${listed} || ' more' ELSE '' END
FROM (SELECT ${relation(oid)} AS name, row_number() OVER (ORDER BY ${relation(oid)}) AS row
  ${from}) x`;

/** What type a user's own is, in the words of SQL; `t` is of pg_type. */
export const typeDefinition = `CASE t.typtype
  WHEN 'e' THEN 'enum (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', '
    ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) || ')'
  WHEN 'd' THEN 'domain over ' || pg_catalog.format_type(t.typbasetype, t.typtypmod)
    || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END
    || coalesce(' default ' || t.typdefault, '')
    || coalesce((SELECT pg_catalog.string_agg(' ' || pg_catalog.pg_get_constraintdef(k.oid, true), ''
      ORDER BY k.conname) FROM pg_catalog.pg_constraint k
      WHERE k.contypid = t.oid AND k.contype = 'c'), '')
  WHEN 'c' THEN 'composite (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(f.attname)
    || ' ' || pg_catalog.format_type(f.atttypid, f.atttypmod), ', ' ORDER BY f.attnum)
    FROM pg_catalog.pg_attribute f
    WHERE f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped) || ')'
  WHEN 'r' THEN 'range over ' || (SELECT pg_catalog.format_type(g.rngsubtype, NULL)
    FROM pg_catalog.pg_range g WHERE g.rngtypid = t.oid)
  ELSE 'base type' END`;

/** The types that PostgreSQL did not come with, of a table's columns and what those are made of. */
const types = `
WITH RECURSIVE used(oid) AS (
  SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1 AND a.attnum > 0
  UNION SELECT n.oid FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.oid CROSS JOIN LATERAL (
    SELECT t.typelem UNION ALL SELECT t.typbasetype UNION ALL SELECT f.atttypid
    FROM pg_catalog.pg_attribute f
    WHERE f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped) n(oid)
  WHERE n.oid >= 16384
)
SELECT 'type ' || pg_catalog.format_type(t.oid, NULL) || ': ' || ${typeDefinition}
FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.oid
WHERE t.oid >= 16384 AND t.typtype IN ('e', 'd', 'c', 'r') ORDER BY 1`;

/** What psql's \d+ says of a relation besides columns, constraints and indexes, a line each. */
export const propertiesSql = `
SELECT p.text FROM (
  SELECT 1 AS place, 'partitioned by ' || pg_catalog.pg_get_partkeydef(c.oid) AS text
  FROM pg_catalog.pg_class c WHERE c.oid = $1 AND c.relkind = 'p'
  UNION ALL SELECT 2, 'partition of ' || ${relation("i.inhparent")} || ' '
    || pg_catalog.pg_get_expr(c.relpartbound, c.oid)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid
  WHERE c.oid = $1 AND c.relispartition
  UNION ALL SELECT 3, 'inherits ' || ${relation("i.inhparent")}
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid
  WHERE c.oid = $1 AND NOT c.relispartition
  UNION ALL SELECT 4, CASE c.relkind WHEN 'p' THEN 'partitions: ' ELSE 'child tables: ' END
    || (${names("i.inhrelid", "FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid")})
  FROM pg_catalog.pg_class c WHERE c.oid = $1
  UNION ALL SELECT 5, 'server ' || pg_catalog.quote_ident(s.srvname) || ', options '
    || pg_catalog.array_to_string(f.ftoptions, ', ')
  FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
  WHERE f.ftrelid = $1
  UNION ALL SELECT 6, CASE c.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END
  FROM pg_catalog.pg_class c WHERE c.oid = $1
  UNION ALL SELECT 7, 'options ' || pg_catalog.array_to_string(c.reloptions, ', ')
  FROM pg_catalog.pg_class c WHERE c.oid = $1
  UNION ALL SELECT 8, 'replica identity ' || CASE c.relreplident WHEN 'n' THEN 'nothing'
    WHEN 'f' THEN 'full' END FROM pg_catalog.pg_class c
  WHERE c.oid = $1 AND c.relkind IN ('r', 'p') AND c.relnamespace <> 'pg_catalog'::regnamespace
  UNION ALL SELECT 9, 'not populated' FROM pg_catalog.pg_class c
  WHERE c.oid = $1 AND c.relkind = 'm' AND NOT c.relispopulated
  UNION ALL SELECT 10, 'row-level security ' || CASE WHEN c.relforcerowsecurity
    THEN 'enabled, also for the owner' ELSE 'enabled' END
  FROM pg_catalog.pg_class c WHERE c.oid = $1 AND c.relrowsecurity
  UNION ALL SELECT 11, 'policy ' || pg_catalog.quote_ident(y.polname)
    || CASE WHEN y.polpermissive THEN '' ELSE ' as restrictive' END
    || CASE y.polcmd WHEN 'r' THEN ' for select' WHEN 'a' THEN ' for insert'
      WHEN 'w' THEN ' for update' WHEN 'd' THEN ' for delete' ELSE '' END
    || ' to ' || coalesce((SELECT pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', '
      ORDER BY r.rolname) FROM pg_catalog.pg_roles r WHERE r.oid = ANY (y.polroles)), 'public')
    || coalesce(' using (' || pg_catalog.pg_get_expr(y.polqual, y.polrelid) || ')', '')
    || coalesce(' with check (' || pg_catalog.pg_get_expr(y.polwithcheck, y.polrelid) || ')', '')
    || CASE WHEN c.relrowsecurity THEN '' ELSE ' (row-level security is off)' END
  FROM pg_catalog.pg_policy y JOIN pg_catalog.pg_class c ON c.oid = y.polrelid
  WHERE y.polrelid = $1
  UNION ALL SELECT 12, 'referenced by ' || ${relation("k.conrelid")} || ': '
    || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid, true)
  FROM pg_catalog.pg_constraint k
  WHERE k.confrelid = $1 AND k.contype = 'f' AND k.conparentid = 0
  UNION ALL SELECT 13, pg_catalog.pg_get_triggerdef(g.oid, true)
    || CASE g.tgenabled WHEN 'D' THEN ' (disabled)' WHEN 'R' THEN ' (on replicas only)'
      WHEN 'A' THEN ' (always)' ELSE '' END
  FROM pg_catalog.pg_trigger g WHERE g.tgrelid = $1 AND NOT g.tgisinternal
  UNION ALL SELECT 14, pg_catalog.pg_get_ruledef(w.oid, true)
  FROM pg_catalog.pg_rewrite w WHERE w.ev_class = $1 AND w.rulename <> '_RETURN'
  UNION ALL SELECT 15, x.text FROM (${types}) x(text)
) p WHERE p.text IS NOT NULL ORDER BY p.place, p.text`;

export const sequenceSql = `
SELECT pg_catalog.format_type(s.seqtypid, NULL) || ', start ' || s.seqstart || ', minimum ' || s.seqmin
    || ', maximum ' || s.seqmax || ', increment ' || s.seqincrement || ', cache ' || s.seqcache
    || CASE WHEN s.seqcycle THEN ', cycles' ELSE '' END || ', last value '
    || coalesce(CASE WHEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT,USAGE')
      THEN pg_catalog.pg_sequence_last_value(c.oid)::text END, 'none')
    || coalesce((SELECT ', ' || CASE d.deptype WHEN 'i' THEN 'identity of ' ELSE 'owned by ' END
        || ${relation("d.refobjid")} || '.' || pg_catalog.quote_ident(a.attname)
      FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute a
        ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.deptype IN ('a', 'i') LIMIT 1), '') AS text,
  pg_catalog.obj_description(c.oid, 'pg_class') AS comment
FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE $1::text IN (n.nspname, pg_catalog.quote_ident(n.nspname)) AND $2::text IN (c.relname, pg_catalog.quote_ident(c.relname))`;

/** Row types of tables and array types are left out: nobody created them as types. */
export const typeSql = `
SELECT ${typeDefinition} AS text, pg_catalog.obj_description(t.oid, 'pg_type') AS comment
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE $1::text IN (n.nspname, pg_catalog.quote_ident(n.nspname)) AND $2::text IN (t.typname, pg_catalog.quote_ident(t.typname))`;
