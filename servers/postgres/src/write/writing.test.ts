import { expect, test } from "vitest";
import { parseOne } from "../guard/parse.ts";
import { runsAlone } from "./writing.ts";

test.each([
  ["CREATE INDEX CONCURRENTLY swift ON customers (name)", true],
  ["CREATE INDEX swift ON customers (name)", false],
  ["DROP INDEX CONCURRENTLY swift", true],
  ["DROP INDEX swift", false],
  ["ALTER TABLE sales DETACH PARTITION sales_2019 CONCURRENTLY", true],
  ["ALTER TABLE sales DETACH PARTITION sales_2019", false],
  ["ALTER TABLE sales ATTACH PARTITION sales_2019 FOR VALUES IN (2019)", false],
  ["ALTER TABLE sales ADD COLUMN region text DEFAULT 'north'", false],
  ["UPDATE sales SET region = 'south'", false],
])("%s runs outside a transaction: %s", async (sql, alone) => {
  expect(runsAlone(await parseOne(sql))).toBe(alone);
});
