import type { Session } from "./session.ts";

interface Powers extends Record<string, unknown> {
  readonly name: string;
  readonly superuser: boolean;
  readonly bypassrls: boolean;
  readonly createrole: boolean;
  readonly replication: boolean;
  readonly files: readonly string[];
}

/** What the role a database is reached with may do beyond reading tables. */
export interface Role {
  readonly name: string;
  /** Each in words; none for a role as it should be. */
  readonly powers: readonly string[];
}

const ask = `
SELECT r.rolname::pg_catalog.text AS name, r.rolsuper AS superuser, r.rolbypassrls AS bypassrls,
  r.rolcreaterole AS createrole, r.rolreplication AS replication,
  ARRAY(SELECT m.rolname::pg_catalog.text FROM pg_catalog.pg_roles m
    WHERE m.rolname IN ('pg_read_server_files', 'pg_write_server_files',
      'pg_execute_server_program')
      AND NOT r.rolsuper AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')) AS files
FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER`;

/** Reads what the session's role may do. */
export async function readRole(session: Session): Promise<Role> {
  const [row] = await session.all<Powers>(ask);
  if (row === undefined) return { name: "?", powers: [] };
  const powers = [
    row.superuser ? "is a superuser" : "",
    row.bypassrls && !row.superuser ? "bypasses row security (BYPASSRLS)" : "",
    row.createrole && !row.superuser ? "creates roles (CREATEROLE)" : "",
    row.replication && !row.superuser ? "may replicate (REPLICATION)" : "",
    ...row.files.map((name) => `is a member of ${name}`),
  ];
  return { name: row.name, powers: powers.filter((power) => power !== "") };
}

export const leastPrivilege =
  "A dedicated role is safer: CREATE ROLE mcp LOGIN PASSWORD '…'; GRANT USAGE ON SCHEMA … TO mcp; GRANT SELECT ON ALL TABLES IN SCHEMA … TO mcp; for health and statistics also GRANT pg_read_all_stats TO mcp.";
