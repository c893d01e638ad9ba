import { expect, test } from "vitest";
import { scrub } from "./scrub.ts";

test.for([
  "CREATE ROLE a LOGIN PASSWORD 'hunter2'",
  "ALTER USER a WITH ENCRYPTED PASSWORD E'hunter2'",
  "ALTER USER a PASSWORD 'it''s hunter2'",
  "ALTER USER a PASSWORD 'hunter2 cut of",
  "CREATE USER MAPPING FOR a SERVER b OPTIONS (user 'a', password 'hunter2')",
  "SELECT dblink('host=a password=hunter2', 'SELECT 1')",
  "SELECT dblink('postgres://me:hunter2@host/db', 'SELECT 1')",
])("%s", (sql) => {
  expect(scrub(sql)).not.toContain("hunter2");
  expect(scrub(sql)).toContain("[redacted]");
});

test("leaves the rest alone", () => {
  expect(scrub("SELECT password FROM users WHERE a = 'b'")).toBe(
    "SELECT password FROM users WHERE a = 'b'",
  );
});
