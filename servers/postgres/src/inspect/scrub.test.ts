import { expect, test } from "vitest";
import { scrub } from "./scrub.ts";

test.for([
  "CREATE ROLE a LOGIN PASSWORD 'hunter2'",
  "ALTER USER a WITH ENCRYPTED PASSWORD E'hunter2'",
  "ALTER USER a PASSWORD 'it''s hunter2'",
  "ALTER USER a PASSWORD 'hunter2 cut of",
  "ALTER USER a PASSWORD $$hunter2$$",
  "ALTER USER a PASSWORD $x$hunter2$x$",
  "ALTER USER a PASSWORD U&'hunter2'",
  "ALTER USER a PASSWORD/**/'hunter2'",
  "ALTER USER a PASSWORD -- don't\n'hunter2'",
  "/* it's */ ALTER USER a PASSWORD 'hunter2'",
  "ALTER ROLE \"it's\" PASSWORD 'hunter2'",
  "CREATE USER MAPPING FOR a SERVER b OPTIONS (user 'a', password 'hunter2')",
  "SELECT dblink('host=a password=hunter2', 'SELECT 1')",
  "SELECT dblink('postgres://me:hunter2@host/db', 'SELECT 1')",
  "INSERT INTO users (name, password) VALUES ('me', 'hunter2')",
  "SELECT crypt('hunter2', gen_salt('bf'))",
  "UPDATE settings SET api_token = 'hunter2'",
])("%s", (sql) => {
  expect(scrub(sql)).not.toContain("hunter2");
  expect(scrub(sql)).toContain("[redacted");
});

test.for([
  "SELECT password FROM users WHERE a = $1",
  "SELECT * FROM orders WHERE status = 'paid'",
  "ALTER TABLE users ADD password text",
])("leaves the rest alone: %s", (sql) => {
  expect(scrub(sql)).toBe(sql);
});

test("keeps the words that tell what it was", () => {
  expect(scrub("ALTER ROLE a PASSWORD 'hunter2'")).toBe(
    "ALTER ROLE [redacted: it speaks of a secret]",
  );
});
