const mark = "[redacted]";
/** Shorter secrets are taken out of errors and logs but not of results, where they may be words. */
const resultMinimum = 12;

/** Takes configured secrets out of text, in every form they may have taken on the way. */
export interface Redactor {
  /** For errors and logs: every secret. */
  text(text: string): string;
  /** For results, which are JSON: secrets of 12 characters or more. */
  result(json: string): string;
}

export function createRedactor(secrets: readonly string[]): Redactor {
  const all = toForms(secrets);
  const long = toForms(secrets.filter((secret) => secret.length >= resultMinimum));
  return {
    text: (text) => replace(text, all),
    result: (json) => replace(json, long),
  };
}

function replace(text: string, forms: readonly string[]): string {
  let clean = text;
  for (const form of forms) {
    if (clean.includes(form)) clean = clean.replaceAll(form, mark);
  }
  return clean;
}

/** As it is, as it stands in JSON, in a URL and in an Authorization header; longest first. */
function toForms(secrets: readonly string[]): readonly string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret === "") continue;
    forms.add(secret);
    forms.add(JSON.stringify(secret).slice(1, -1));
    forms.add(encodeURIComponent(secret));
    forms.add(Buffer.from(secret).toString("base64"));
  }
  return [...forms].sort((a, b) => b.length - a.length);
}
