import { cursor } from "@fairlead/runtime";
import { z } from "zod";

export const database = z
  .string()
  .optional()
  .describe("Id of the database, as list_databases names it; the first by default.");

export const page = cursor(z.int()).describe(
  "next_cursor of the answer before, to get the next page.",
);
