import { expect, test } from "vitest";
import { toKind } from "./kinds.ts";

test.for([
  ["INSERT INTO t VALUES (1)", "adds"],
  ["insert into t select 'delete from x'", "adds"],
  ["INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1", "adds"],
  ["UPDATE t SET a = 1 WHERE id = 2", "changes"],
  ["DELETE FROM t WHERE id = 2", "changes"],
  ["UPDATE t SET a = 1", "destroys"],
  ["DELETE FROM t -- WHERE id = 2", "destroys"],
  ["DELETE FROM t /* WHERE */", "destroys"],
  ["UPDATE t SET a = ' WHERE '", "destroys"],
  ['UPDATE t SET "where" = 1', "destroys"],
  ["UPDATE t SET a = $$ WHERE $$", "destroys"],
  ["WITH x AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM x", "destroys"],
  ["INSERT INTO t WITH x AS (DELETE FROM u RETURNING *) SELECT * FROM x", "destroys"],
  ["MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", "destroys"],
  ["UPDATE t SET a = '--' ||\n' WHERE '", "destroys"],
  ["UPDATE t SET a = E'\\' WHERE '", "destroys"],
  ["DELETE FROM t /* a /* b */ WHERE */", "destroys"],
  ["DELETE FROM t /* ' */ WHERE id = 1 /* ' */", "destroys"],
  ["DELETE FROM t /* mine */ WHERE id = 1", "changes"],
  ["DROP TABLE t", "destroys"],
  ["CREATE TABLE t (a int)", "destroys"],
  ["", "destroys"],
] as const)("%s %s", ([sql, kind]) => {
  expect(toKind(sql)).toBe(kind);
});
