const mark = "[redacted]";
/** Characters of a preview. */
const maxPreview = 1_000;
/** Characters that are searched for secrets; what follows is not shown. */
const window = 16_384;
/** What may hold the first half of a secret, at the end of a text that was cut. */
const unsure = 8_192;

/** Fields whose value is a secret whatever it looks like. */
const secretKey =
  /pass(?:word|wd|phrase)|secret|token|credential|authorization|cookie|private_?key|api[-_]?key|access[-_]?key|^(?:pwd|auth|pin|otp|cvv)$/i;
const names =
  "(?:password|passwd|passphrase|pwd|secret|client_secret|token|access_token|refresh_token|id_token|api[-_]?key|access[-_]?key|authorization)";

/**
 * What secrets look like: each pattern reads a text once, whatever it holds. Each has a hint before it,
 * which is in every text that the pattern finds something in.
 */
const known: readonly (readonly [hint: string, pattern: RegExp])[] = [
  [
    "-----BEGIN",
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  ],
  ["eyJ", /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g],
  ["(?:Bearer|Basic) ", /\b(?:Bearer|Basic) +[\w.~+/=-]{8,}/gi],
  [
    "gh[oprsu]_|github_pat_|glpat-|npm_|xox|xapp-",
    /\b(?:gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_\w{20,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,})/g,
  ],
  [
    "AKIA|ASIA|AIza|ya29|sk-|[sr]k_",
    /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|ya29\.[\w-]{20,}|sk-[\w-]{20,}|[sr]k_(?:live|test)_\w{16,})/g,
  ],
  // The password in a URL.
  ["://", /(?<=:\/\/[^\s:/@"]{0,200}:)[^\s/@"]{1,500}(?=@)/g],
  [
    names,
    new RegExp(
      `(?<=\\b${names}(?:\\\\?["'])?\\s{0,8}[:=]\\s{0,8})(?:\\\\?"[^"]{0,2000}"?|'[^']{0,2000}'?|[^\\s,;&"'}]{1,2000})`,
      "gi",
    ),
  ],
];

/** Whether a text may hold a secret, or a field of such a name. Most do not, and need no closer look. */
const suspicious = new RegExp(
  [...known.map(([hint]) => hint), secretKey.source.replace(/\^(.*)\$/, '"$1"')].join("|"),
  "i",
);

/** Takes the secrets that the operator configured out of a text. */
export type Redact = (text: string) => string;

/**
 * A text without secrets: neither those that are known, nor what looks like one. Of a text of over
 * 16,384 characters only the beginning is looked at, and given.
 */
export function withoutSecrets(text: string, redact: Redact): string {
  const shown = text.slice(0, window);
  let clean = redact(shown);
  if (suspicious.test(clean)) {
    for (const [, pattern] of known) clean = clean.replaceAll(pattern, mark);
  }
  // A secret that the cut went through is not recognized.
  return shown.length === text.length ? clean : clean.slice(0, Math.max(0, clean.length - unsure));
}

/** The first 1,000 characters of arguments as JSON, without secrets, and with their length if they were cut. */
export function toPreview(value: unknown, redact: Redact): string {
  const plain = JSON.stringify(value);
  const text = suspicious.test(plain.slice(0, window)) ? JSON.stringify(value, hideSecret) : plain;
  return toBounded(withoutSecrets(text, redact), { max: maxPreview, length: text.length });
}

/** A flag such as `with_token: true` is not a secret. */
function hideSecret(key: string, item: unknown): unknown {
  return secretKey.test(key) && typeof item !== "boolean" && item !== null ? mark : item;
}

/** A text of at most so many characters, and its length where something is cut off. */
export function toBounded(
  text: string,
  { max, length = text.length }: { readonly max: number; readonly length?: number },
): string {
  const whole = text.toWellFormed();
  if (whole.length <= max && length <= window) return whole;
  return `${whole.slice(0, max).toWellFormed()}… [${length} characters]`;
}
