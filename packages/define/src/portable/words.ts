import { isRecord, toRecord } from "@fairlead/guard/record";
import type { JsonSchema } from "../schema.ts";
import { toList } from "./json.ts";

/** How many characters of JSON a sentence quotes. */
const longestQuote = 120;
const mostValues = 20;

type Say = (value: unknown, schema: JsonSchema) => string | undefined;

/** What no portable keyword says, as a sentence for the model; the server still checks it. */
const sentences: Readonly<Record<string, Say>> = {
  pattern: (value, { format }) => (format === undefined ? sayPattern(String(value)) : undefined),
  format: (value) => (value === "date-time" ? undefined : `Format: ${String(value)}.`),
  contentMediaType: (value) => `Holds ${String(value)}.`,
  contentEncoding: (value) => `Encoded as ${String(value)}.`,
  multipleOf: (value) => (value === 1 ? undefined : `A multiple of ${String(value)}.`),
  exclusiveMinimum: (value, { type }) =>
    type === "integer" || typeof value !== "number" ? undefined : `More than ${value}.`,
  exclusiveMaximum: (value, { type }) =>
    type === "integer" || typeof value !== "number" ? undefined : `Less than ${value}.`,
  uniqueItems: (value) => (value === true ? "No item twice." : undefined),
  contains: (value) => `At least one item fits ${quote(value)}.`,
  prefixItems: (value) => `Items in this order: ${toList(value).map(toName).join(", ")}.`,
  minProperties: (value) => `At least ${toCount(value)}.`,
  maxProperties: (value) => `At most ${toCount(value)}.`,
  propertyNames: (value) => sayNames(toRecord(value)),
  patternProperties: (value) => `Names match ${Object.keys(toRecord(value)).join(" or ")}.`,
  dependentRequired: (value) =>
    Object.entries(toRecord(value))
      .map(([name, needed]) => `${name} needs ${toList(needed).join(" and ")}.`)
      .join(" "),
  not: (value) => `Must not fit ${quote(value)}.`,
  if: () => "Some members depend on others.",
  dependentSchemas: () => "Some members depend on others.",
};

/** Sentences for the keywords of a schema that its portable form leaves out. */
export function saySilenced(schema: JsonSchema): string[] {
  return Object.entries(schema).flatMap(([key, value]) => {
    const say = Object.hasOwn(sentences, key) ? sentences[key] : undefined;
    return say?.(value, schema) ?? [];
  });
}

export function sayValues(values: readonly unknown[]): string {
  const shown = values.slice(0, mostValues).map((value) => JSON.stringify(value));
  const more = values.length > shown.length ? ", and others" : "";
  return values.length === 1 ? `Only ${shown[0]}.` : `One of ${shown.join(", ")}${more}.`;
}

/** Alternatives that only say which members they require. */
export function sayRequired(alternatives: readonly (readonly string[])[]): string {
  const some = alternatives.map((names) => names.join(" and ")).filter((names) => names !== "");
  return some.length < alternatives.length ? "" : `Requires ${some.join(", or ")}.`;
}

/** Alternatives whose members are listed together. */
export function sayForms(forms: readonly JsonSchema[]): string {
  const shown = forms.slice(0, 8).map(({ properties, title }) => {
    const names = Object.keys(toRecord(properties)).slice(0, 12).join(", ");
    return `${typeof title === "string" && title !== "" ? `${title} ` : ""}{${names}}`;
  });
  const more = forms.length > shown.length ? ", or another" : "";
  return `Takes the members of one of these: ${shown.join("; ")}${more}.`;
}

/** A description with more sentences behind it, none twice. */
export function addSentences(description: unknown, sentences: readonly string[]): string {
  return sentences.reduce(
    (text, sentence) => {
      const said = text.includes(sentence.replace(/\.$/, ""));
      if (said || sentence === "") return text;
      return text === "" ? sentence : `${/[.!?…:)]$/.test(text) ? text : `${text}.`} ${sentence}`;
    },
    typeof description === "string" ? description.trim() : "",
  );
}

function sayPattern(pattern: string): string {
  return pattern.length <= longestQuote
    ? `Matches ${pattern}.`
    : "Must match a long pattern, which the server checks.";
}

function sayNames({ pattern, minLength, maxLength }: JsonSchema): string | undefined {
  if (typeof pattern === "string") return `Names match ${pattern}.`;
  if (typeof maxLength === "number") return `Names have at most ${maxLength} characters.`;
  return typeof minLength === "number" ? `Names have at least ${minLength} characters.` : undefined;
}

function toCount(count: unknown): string {
  return count === 1 ? "one member" : `${String(count)} members`;
}

function toName(schema: unknown): string {
  const { title, description, type, enum: values } = toRecord(schema);
  if (typeof title === "string" && title !== "") return title;
  if (typeof description === "string" && description.length <= 40) {
    return description.replace(/\.$/, "");
  }
  if (Array.isArray(values)) return values.slice(0, 5).map(String).join("|");
  return typeof type === "string" ? type : "a value";
}

function quote(value: unknown): string {
  const text = isRecord(value) ? JSON.stringify(value) : String(value);
  return text.length <= longestQuote ? text : `${text.slice(0, longestQuote - 1)}…`;
}
