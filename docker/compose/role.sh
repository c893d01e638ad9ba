#!/bin/sh
# Makes the role that the server logs in as, when the database is new. It reads all tables and may do
# nothing else.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --set password="$MCP_DATABASE_PASSWORD" \
  --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-postgres}" <<'SQL'
CREATE ROLE mcp LOGIN PASSWORD :'password' CONNECTION LIMIT 20;
ALTER ROLE mcp SET default_transaction_read_only = on;
GRANT pg_read_all_data TO mcp;
SQL
