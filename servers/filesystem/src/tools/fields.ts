import { cursor } from "@fairlead/runtime";
import { z } from "zod";

export const directory = z
  .string()
  .describe("Directory: an absolute path, or one relative to the first allowed directory.");

/** The place in a list to go on at. */
export const page = cursor(z.int()).describe(
  "next_cursor of the answer before, to get the next page.",
);

export const encoding = z
  .string()
  .optional()
  .describe(
    "Encoding of the file, such as `gbk` or `windows-1251`; found from its bytes by default.",
  );
