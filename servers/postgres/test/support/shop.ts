import { randomUUID } from "node:crypto";
import { createPostgres, type Postgres } from "@fairlead/testing";
import { Client } from "pg";
import { demoData } from "../../src/demo/demo-data.ts";

/** A server with the demo's data and what attacks need: functions, operators and casts of our own. */
export interface Shop {
  readonly postgres: Postgres;
  readonly url: string;
  /** Runs statements as superuser, past our server. */
  admin<R extends Record<string, unknown>>(sql: string, values?: unknown[]): Promise<readonly R[]>;
  /** A sum over all rows, sequences, roles, settings and definitions. */
  checksum(): Promise<string>;
  /** A file the server could write, on the machine it runs on. */
  readonly marker: string;
  /** Whether it did. */
  isMarked(): Promise<boolean>;
  /** Whether an extension is there to be made. */
  has(extension: string): Promise<boolean>;
  close(): Promise<void>;
}

const extras = `
CREATE TABLE victim (id integer PRIMARY KEY, secret text);
INSERT INTO victim VALUES (1, 'untouched'), (2, 'untouched');
CREATE SEQUENCE numbers;
CREATE FUNCTION write_row() RETURNS integer LANGUAGE sql VOLATILE
  AS $$ INSERT INTO victim VALUES (99, 'written') RETURNING id $$;
CREATE FUNCTION drop_it(victim) RETURNS integer LANGUAGE sql VOLATILE
  AS $$ DELETE FROM victim RETURNING id $$;
CREATE FUNCTION worse(integer, integer) RETURNS boolean LANGUAGE sql VOLATILE
  AS $$ SELECT nextval('numbers') > 0 $$;
CREATE OPERATOR <!> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = worse);
CREATE FUNCTION step(integer, integer) RETURNS integer LANGUAGE sql VOLATILE
  AS $$ SELECT nextval('numbers')::integer $$;
CREATE AGGREGATE sneaky (integer) (SFUNC = step, STYPE = integer, INITCOND = '0');
CREATE TYPE pair AS (a integer, b integer);
CREATE FUNCTION to_pair(integer) RETURNS pair LANGUAGE sql VOLATILE
  AS $$ SELECT nextval('numbers')::integer, 1 $$;
CREATE CAST (integer AS pair) WITH FUNCTION to_pair(integer);
CREATE FUNCTION is_fine(integer) RETURNS boolean LANGUAGE sql VOLATILE
  AS $$ SELECT nextval('numbers') > 0 $$;
CREATE DOMAIN checked AS integer CHECK (is_fine(VALUE));
CREATE DOMAIN over_checked AS checked;
CREATE DOMAIN outright AS integer CHECK (nextval('numbers') > 0);
CREATE DOMAIN by_operator AS integer CHECK (VALUE <!> 1);
CREATE TYPE holder AS (a over_checked, b text);
CREATE TYPE stretch AS RANGE (SUBTYPE = over_checked);
CREATE FUNCTION is_long(text) RETURNS boolean LANGUAGE sql VOLATILE
  AS $$ SELECT nextval('numbers') > 0 $$;
CREATE DOMAIN memo AS json CHECK (is_long(VALUE::text));
CREATE TABLE held (id integer, value over_checked, who holder);
CREATE FUNCTION takes(over_checked) RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION defaulted(bigint DEFAULT nextval('numbers')) RETURNS integer LANGUAGE sql STABLE
  AS 'SELECT 1';
CREATE FUNCTION plus(over_checked, integer) RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
CREATE OPERATOR <+> (LEFTARG = over_checked, RIGHTARG = integer, FUNCTION = plus);
CREATE FUNCTION follow(over_checked, integer) RETURNS over_checked LANGUAGE sql STABLE
  AS 'SELECT $1';
CREATE AGGREGATE started (integer) (SFUNC = follow, STYPE = over_checked, INITCOND = '0');
CREATE TYPE coin AS (cents integer);
CREATE TYPE metal AS ENUM ('gold');
CREATE FUNCTION to_words(coin) RETURNS text LANGUAGE sql VOLATILE
  AS $$ SELECT nextval('numbers')::text $$;
CREATE CAST (coin AS text) WITH FUNCTION to_words(coin) AS IMPLICIT;
CREATE FUNCTION to_truth(coin) RETURNS boolean LANGUAGE sql VOLATILE
  AS $$ SELECT nextval('numbers') > 0 $$;
CREATE CAST (coin AS boolean) WITH FUNCTION to_truth(coin) AS ASSIGNMENT;
CREATE FUNCTION to_members(metal) RETURNS json LANGUAGE sql VOLATILE
  AS $$ SELECT to_json(nextval('numbers')) $$;
CREATE CAST (metal AS json) WITH FUNCTION to_members(metal);
CREATE TABLE purse (id integer, coin coin, metal metal);
CREATE DOMAIN short AS text CHECK (length(VALUE) < 9);
CREATE DOMAIN shorter AS short CHECK (VALUE ~ '^[a-z]+$');
CREATE FUNCTION double_price(numeric) RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT $1 * 2 $$;
`;

// Every row of every table, those of the catalog with roles and definitions among them, but for what
// the server keeps for its own housekeeping; every sequence, setting, slot, lock and prepared transaction.
const sums = `
SELECT md5(string_agg(t.part, '|' ORDER BY t.part)) AS sum FROM (
  SELECT c.oid::regclass || query_to_xml(format(
    'SELECT md5(string_agg(r, chr(10) ORDER BY r)) FROM (SELECT %s AS r FROM (SELECT * FROM %s) t) x',
    CASE WHEN c.oid IN ('pg_class'::regclass, 'pg_database'::regclass)
      THEN format('(to_jsonb(t) - %L::text[])::text', '{relpages,reltuples,relallvisible,relallfrozen,
       relfrozenxid,relminmxid,datfrozenxid,datminmxid}')
      ELSE 't::text' END, c.oid::regclass), true, false, '')::text AS part
  FROM pg_class c WHERE c.relkind IN ('r', 'm', 'S') AND c.relpersistence <> 't'
    AND c.relnamespace <> 'pg_toast'::regnamespace AND c.relname !~ '^pg_statistic'
  UNION ALL SELECT 'setting' || name || setting FROM pg_settings WHERE source <> 'session'
    AND name <> 'application_name'
  UNION ALL SELECT 'file' || coalesce(name, '') || coalesce(setting, '') FROM pg_file_settings
  UNION ALL SELECT 'slot' || slot_name FROM pg_replication_slots
  UNION ALL SELECT 'prepared' || gid FROM pg_prepared_xacts
  UNION ALL SELECT 'lock' || count(*) FROM pg_locks WHERE locktype = 'advisory'
) t`;

/** Starts a server of the test's own and fills it. */
export async function createShop(): Promise<Shop> {
  const postgres = await createPostgres();
  const url = postgres.url();
  async function admin<R extends Record<string, unknown>>(sql: string, values: unknown[] = []) {
    const client = new Client({ connectionString: url });
    // A connection that is lost tells its statement.
    client.on("error", () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<R>(sql, values);
      return rows;
    } finally {
      await client.end();
    }
  }
  const marker = `/tmp/fairlead-marker-${randomUUID()}`;
  const holds = async (condition: string, value: string) => {
    const [row] = await admin<{ holds: boolean }>(`SELECT ${condition} AS holds`, [value]);
    return row?.holds === true;
  };
  await admin(demoData);
  await admin(extras);
  return {
    postgres,
    url,
    admin,
    marker,
    isMarked: () => holds("pg_stat_file($1, true) IS NOT NULL", marker),
    has: (name) => holds("$1 IN (SELECT name FROM pg_available_extensions)", name),
    checksum: async () => (await admin<{ sum: string }>(sums))[0]?.sum ?? "",
    close: () => postgres.close(),
  };
}
