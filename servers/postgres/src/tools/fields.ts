import { cursor } from "@fairlead/runtime";
import { z } from "zod";

export const database = z
  .string()
  .optional()
  .describe("Id of the database, as list_databases names it; the first by default.");

export const nextPage = "next_cursor of the previous answer, to get the next page.";
export const page = cursor(z.int()).describe(nextPage);

/**
 * Values of a statement's parameters. Scalars alone, since a model behind OpenAI's strict mode or
 * LangChain could send nothing else where objects were allowed too.
 */
export const params = z
  .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .optional()
  .describe(
    'Values for $1, $2, ... in this order; an array or JSON as text, such as "{1,2}" or "{\\"a\\":1}".',
  );
