import { isRecord } from "@fairlead/guard";

type Json = { readonly [key: string]: unknown };

/** How much of an API's own words is repeated. */
const longestMessage = 1_000;
const mostProblems = 12;
/** How many entries of a list or a map are looked at. */
const mostLooked = 50;
const deepest = 6;

/** Members in which APIs put their words, the most telling first. */
const wordMembers = [
  ...["error_description", "message", "msg", "defaultMessage", "detail", "error", "errors"],
  ...["title", "description", "reason", "code"],
];

/** Members that say which argument is meant. */
const fieldMembers = [
  ...["field", "param", "parameter", "property", "propertyPath", "attribute", "pointer", "loc"],
  ...["path", "instancePath", "dataPath", "location", "name", "key", "source"],
];

/** Members that hold one problem after another, in a list or by field. */
const problemMembers = [
  ...["errors", "error", "detail", "details", "fieldViolations", "violations", "invalid-params"],
  ...["invalidParams", "invalid_params", "validationErrors", "validation_errors", "modelState"],
  ...["fields", "problems", "issues", "causes"],
];

/**
 * The words an API answers an error with, and the fields they are about; undefined where it has none a
 * reader could use. Knows the forms of ASP.NET, Laravel, Django, Spring, FastAPI, Google, GitHub, Stripe,
 * JSON:API and the `invalid-params` of RFC 7807.
 */
export function findMessage(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === "" || /^<(?:!doctype|html)/i.test(trimmed)) return undefined;
  return toShort(toWords(parse(trimmed)) ?? trimmed);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toWords(value: unknown): string | undefined {
  const problems = [...new Set(listProblems(value, 0))];
  const whole = findWords(value, 4);
  if (problems.length === 0) return whole;
  const shown = problems.slice(0, mostProblems).join("; ");
  const more = problems.length > mostProblems ? "; ..." : "";
  const general = whole === undefined || problems.some(isAbout(whole)) ? "" : `${whole}: `;
  return `${general}${shown}${more}`;
}

/** Whether a problem says these words already. */
function isAbout(words: string): (problem: string) => boolean {
  return (problem) => problem.startsWith(`${words} (`);
}

/** Every problem with a field: what is wrong, and the field behind it. */
function listProblems(value: unknown, depth: number): string[] {
  if (depth > deepest) return [];
  if (Array.isArray(value)) {
    return value.slice(0, mostLooked).flatMap((item) => listProblems(item, depth + 1));
  }
  if (!isRecord(value)) return [];
  const inside = problemMembers.flatMap((name) => {
    const member = value[name];
    const problems = listProblems(member, depth + 1);
    return problems.length === 0 && isRecord(member) ? toByField(member) : problems;
  });
  if (inside.length > 0) return inside;
  // At the top a path or a name is that of the request.
  if (depth === 0) return wordMembers.some((name) => name in value) ? [] : toByField(value);
  const [field, own] = [findField(value), findOwnWords(value)];
  return field !== undefined && own !== undefined ? [`${own} (${field})`] : [];
}

/** `{ "email": ["is taken"] }`: problems under the names of their fields. */
function toByField(value: Json): string[] {
  const some = Object.entries(value).slice(0, mostLooked);
  const entries = some.map(([name, given]) => [name, toTexts(given)] as const);
  const isMap = entries.every(([, texts]) => texts.length > 0);
  const known = entries.some(([name]) => wordMembers.includes(name));
  if (!isMap || known) return [];
  return entries.flatMap(([name, texts]) => texts.map((words) => `${words} (${name})`));
}

/** The texts of one field: one, several, or what says more of each. */
function toTexts(given: unknown): string[] {
  if (typeof given === "string") return given.trim() === "" ? [] : [given.trim()];
  if (!Array.isArray(given)) return [];
  return given.flatMap((item) => (isRecord(item) ? (findOwnWords(item) ?? []) : toTexts(item)));
}

function findField(value: Json): string | undefined {
  const found = fieldMembers.map((name) => toField(value[name])).find((field) => field !== "");
  return found;
}

/** A name, a path or a list of its parts; JSON:API says where in an object. */
function toField(given: unknown): string {
  if (Array.isArray(given)) {
    const isPath = given.every((part) => typeof part === "string" || typeof part === "number");
    return isPath ? given.join(".") : "";
  }
  if (isRecord(given)) return toField(given["pointer"] ?? given["parameter"] ?? given["header"]);
  return typeof given === "string" ? given.trim() : "";
}

/** The words of an object about itself alone. */
function findOwnWords(value: Json): string | undefined {
  const texts = wordMembers.map((name) => value[name]).filter((text) => typeof text === "string");
  return texts.map((text) => text.trim()).find((text) => text !== "");
}

/** All words at the first member that has some: `{ message, errors: [{ code }] }` has both. */
function findWords(value: unknown, depth: number): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value.trim();
  if (typeof value !== "object" || value === null || depth === 0) return undefined;
  if (Array.isArray(value)) {
    const some = value.slice(0, 5).filter((item) => listProblems(item, 1).length === 0);
    const words = some.map((item) => findWords(item, depth - 1) ?? toJson(item));
    return words.length > 0 ? words.join("; ") : undefined;
  }
  const entries = new Map<string, unknown>(Object.entries(value));
  const found = wordMembers.flatMap((name) => findWords(entries.get(name), depth - 1) ?? []);
  const [first, ...more] = [...new Set(found)];
  if (first === undefined) return undefined;
  return [first, ...more.slice(0, 2)].join(": ");
}

function toJson(value: unknown): string {
  return JSON.stringify(value) ?? "";
}

function toShort(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}…`;
}
