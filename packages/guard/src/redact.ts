const mark = "[redacted]";
/** Shorter secrets are taken out of errors and logs but not of results, where they may be words. */
const resultMinimum = 12;
/** How deep JSON is searched that stands as a string in JSON: structured content is repeated as text. */
const jsonDepth = 3;

/** Takes configured secrets out of text, in every form they may have taken on the way. */
export interface Redactor {
  /** For errors and logs: every secret. */
  text(text: string): string;
  /** As `text`, for every string inside a value that is going to be JSON. */
  value(value: unknown): unknown;
  /** For results, which are JSON already: secrets of 12 characters or more. */
  result(json: string): string;
}

export function createRedactor(secrets: readonly string[]): Redactor {
  const all = toForms(secrets);
  const long = toForms(secrets.filter((secret) => secret.length >= resultMinimum));
  return {
    text: (text) => replace(text, all),
    value(value) {
      if (all.length === 0 || value === undefined) return value;
      return replaceInside(JSON.parse(JSON.stringify(value)), all);
    },
    result(json) {
      if (!long.some((form) => json.includes(form))) return json;
      // A secret may be a number or end in a quote, where replacing text would leave no JSON.
      return JSON.stringify(replaceInside(JSON.parse(json), long, (key) => replace(key, long)));
    },
  };
}

function replace(text: string, forms: readonly string[]): string {
  let clean = text;
  for (const form of forms) {
    if (clean.includes(form)) clean = clean.replaceAll(form, mark);
  }
  return clean;
}

/** The value with secrets taken out of its strings; its keys go through `toKey`. */
function replaceInside(
  value: unknown,
  forms: readonly string[],
  toKey: (key: string) => string = (key) => key,
): unknown {
  if (typeof value === "string") return replace(value, forms);
  if (typeof value === "number") return forms.includes(String(value)) ? mark : value;
  if (Array.isArray(value)) return value.map((item) => replaceInside(item, forms, toKey));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [toKey(key), replaceInside(item, forms, toKey)]),
  );
}

/** As it is, as it stands in JSON, in a URL and in an Authorization header; longest first. */
function toForms(secrets: readonly string[]): readonly string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret === "") continue;
    let form = secret;
    for (let depth = 0; depth <= jsonDepth; depth += 1) {
      forms.add(form);
      form = JSON.stringify(form).slice(1, -1);
    }
    forms.add(encodeURIComponent(secret.toWellFormed()));
    forms.add(Buffer.from(secret).toString("base64"));
  }
  return [...forms].sort((a, b) => b.length - a.length);
}
