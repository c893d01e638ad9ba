import { z } from "zod";

/** One option of every kind a command line knows. */
export const config = z.object({
  apiToken: z
    .string()
    .optional()
    .meta({ secret: true, description: "A secret that no answer, error or log may show." }),
  greeting: z.string().default("Hello").describe("What greet_person says before the name."),
  tone: z.enum(["plain", "warm"]).default("plain").describe("How greet_person ends its sentence."),
  items: z
    .int()
    .min(0)
    .max(100_000)
    .default(250)
    .describe("How many items list_items pages through."),
  labels: z.array(z.string()).default([]).describe("Words greet_person adds to its answer."),
  shout: z.boolean().default(false).describe("Makes greet_person answer in capitals."),
});
