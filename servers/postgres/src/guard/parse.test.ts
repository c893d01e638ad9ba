import { expect, test } from "vitest";
import { parseOne, parseStatements } from "./parse.ts";

test.each([
  [";", "There is no statement."],
  ["-- SELECT 1", "There is no statement."],
  ["SELECT 1; SELECT 2", "There are 2 statements."],
  ["SELECT ';'; SELECT 2; SELECT 3;", "There are 3 statements."],
])("%j is not one statement", async (sql, message) => {
  await expect(parseOne(sql)).rejects.toMatchObject({ message });
});

test("each statement of a text has its own part of it", async () => {
  const statements = await parseStatements("SELECT 'ä' ; SELECT ';' -- two\n; SELECT 3");
  expect(statements.map(({ sql }) => sql)).toEqual(["SELECT 'ä'", "SELECT ';' -- two", "SELECT 3"]);
});
