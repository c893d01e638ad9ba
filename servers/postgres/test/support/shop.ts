import { createPostgres, type Postgres } from "@fairlead/testing";
import { Client } from "pg";
import { demoData } from "../../src/demo-data.ts";

/** A server with the demo's data and what attacks need: functions, operators and casts of our own. */
export interface Shop {
  readonly postgres: Postgres;
  readonly url: string;
  /** Runs statements as superuser, past our server. */
  admin<R extends Record<string, unknown>>(sql: string, values?: unknown[]): Promise<readonly R[]>;
  /** A sum over all rows, sequences, settings and definitions. */
  checksum(): Promise<string>;
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
CREATE FUNCTION double_price(numeric) RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT $1 * 2 $$;
`;

const sums = `
SELECT md5(string_agg(t.part, '|' ORDER BY t.part)) AS sum FROM (
  SELECT c.oid::regclass || md5(coalesce(pg_catalog.query_to_xml(
    'SELECT * FROM ' || c.oid::regclass || ' ORDER BY 1, 2', true, false, '')::text, '')) AS part
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind = 'r'
  UNION ALL SELECT schemaname || sequencename || coalesce(last_value, 0) FROM pg_sequences
  UNION ALL SELECT 'class' || count(*) || max(oid::bigint) FROM pg_class
  UNION ALL SELECT 'proc' || count(*) || max(oid::bigint) FROM pg_proc
  UNION ALL SELECT 'setting' || name || setting FROM pg_settings WHERE source <> 'session'
    AND name <> 'application_name'
  UNION ALL SELECT 'role' || rolname || rolsuper || coalesce(rolpassword, '') FROM pg_authid
  UNION ALL SELECT 'blob' || count(*) FROM pg_largeobject_metadata
  UNION ALL SELECT 'lock' || count(*) FROM pg_locks WHERE locktype = 'advisory'
) t`;

/** Starts a server of the test's own and fills it. */
export async function createShop(): Promise<Shop> {
  const postgres = await createPostgres();
  const url = postgres.url();
  async function admin<R extends Record<string, unknown>>(sql: string, values: unknown[] = []) {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const { rows } = await client.query<R>(sql, values);
      return rows;
    } finally {
      await client.end();
    }
  }
  await admin(demoData);
  await admin(extras);
  return {
    postgres,
    url,
    admin,
    checksum: async () => (await admin<{ sum: string }>(sums))[0]?.sum ?? "",
    close: () => postgres.close(),
  };
}
