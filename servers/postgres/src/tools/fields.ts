import { cursor } from "@fairlead/runtime";
import { z } from "zod";

export const database = z
  .string()
  .optional()
  .describe("Id of the database, as list_databases names it; the first by default.");

export const nextPage = "next_cursor of the previous answer, to get the next page.";
export const page = cursor(z.int()).describe(nextPage);
