import { z } from "zod";

/** What a limit counts apart: each tenant, each principal, each client, each tool. */
export const dimensions = ["tenant", "principal", "client", "tool"] as const;

/** Whether a person stands behind a call, or a program acts for itself. */
const kinds = ["user", "machine"] as const;

/**
 * An object that has only these keys. The message of every schema here says what is expected; the
 * value and its path are added to it.
 */
function keys<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? `one of the keys ${Object.keys(shape).join(", ")}`
        : `an object with the keys ${Object.keys(shape).join(", ")}`,
  });
}

function named<T extends z.ZodType<string>>(name: T, expected: string) {
  const list = z.array(name, expected);
  return z.preprocess((value) => (typeof value === "string" ? [value] : value), list);
}

const text = z.string("a text; put a number in quotes").min(1, "a text that is not empty");
const names = named(text, "a name or a list of names");
const amount = z.number("a number above 0").positive("a number above 0");
const count = amount.int("a whole number above 0");

const rate = keys({ perSecond: amount, burst: amount.optional() });

/** Requests that are not tool calls and that a limit can count. */
export const methods = ["resources/read", "prompts/get", "completion/complete"] as const;

const limit = keys({
  per: named(
    z.enum(dimensions, `one of ${dimensions.join(", ")}`),
    `a list of ${dimensions.join(", ")}`,
  ),
  tools: names.optional(),
  methods: named(
    z.enum(methods, `one of ${methods.join(", ")}`),
    `a list of ${methods.join(", ")}`,
  ).optional(),
  rate: rate.optional(),
  concurrency: count.optional(),
  day: amount.optional(),
  month: amount.optional(),
}).refine(
  ({ rate: speed, concurrency, day, month }) => [speed, concurrency, day, month].some(isGiven),
  "at least one of rate, concurrency, day, month",
);

const rule = keys({
  name: text.optional(),
  match: keys({
    tenant: names.optional(),
    principal: names.optional(),
    client: names.optional(),
    subject: names.optional(),
    kind: named(
      z.enum(kinds, `one of ${kinds.join(", ")}`),
      `a list of ${kinds.join(", ")}`,
    ).optional(),
    scope: names.optional(),
  }),
  toolsets: names.optional(),
  tools: names.optional(),
  excludeTools: names.optional(),
  resources: names.optional(),
  excludeResources: names.optional(),
  prompts: names.optional(),
  excludePrompts: names.optional(),
  readOnly: z.boolean("true or false").optional(),
  requests: rate.optional(),
  limits: z.array(limit, "a list of limits").optional(),
});

/** The form of a policy file. */
export const policySchema = keys({
  costs: keys({
    read: amount.optional(),
    write: amount.optional(),
    destroy: amount.optional(),
    tools: z.record(z.string(), amount, "an object of tools and their costs").optional(),
  }).optional(),
  uncounted: z.enum(["refuse", "allow"], "refuse or allow").optional(),
  rules: z.array(rule, "a list of rules").min(1, "at least one rule"),
});

export type PolicyFile = z.infer<typeof policySchema>;
export type RuleText = PolicyFile["rules"][number];
export type LimitText = z.infer<typeof limit>;
export type RateText = z.infer<typeof rate>;

function isGiven(value: unknown): boolean {
  return value !== undefined;
}
