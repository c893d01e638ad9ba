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

/** What secrets look like: each pattern reads a text once, whatever it holds. */
const patterns: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g,
  /\b(?:Bearer|Basic) +[\w.~+/=-]{8,}/gi,
  /\b(?:gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_\w{20,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,})/g,
  /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|ya29\.[\w-]{20,}|sk-[\w-]{20,}|[sr]k_(?:live|test)_\w{16,})/g,
  // The password in a URL.
  /(?<=:\/\/[^\s:/@"]{0,200}:)[^\s/@"]{1,500}(?=@)/g,
  new RegExp(
    `(?<=\\b${names}(?:\\\\?["'])?\\s{0,8}[:=]\\s{0,8})(?:\\\\?"[^"]{0,2000}"?|'[^']{0,2000}'?|[^\\s,;&"'}]{1,2000})`,
    "gi",
  ),
];

/** Takes the secrets that the operator configured out of a text. */
export type Redact = (text: string) => string;

/**
 * A text without secrets: neither those that are known, nor what looks like one. Of a text of over
 * 16,384 characters only the beginning is looked at, and given.
 */
export function withoutSecrets(text: string, redact: Redact): string {
  const shown = text.slice(0, window);
  let clean = redact(shown);
  for (const pattern of patterns) clean = clean.replaceAll(pattern, mark);
  // A secret that the cut went through is not recognized.
  return shown.length === text.length ? clean : clean.slice(0, Math.max(0, clean.length - unsure));
}

/** The first 1,000 characters of arguments as JSON, without secrets, and with their length if they were cut. */
export function toPreview(value: unknown, redact: Redact): string {
  const text = JSON.stringify(value, (key, item: unknown) =>
    // A flag such as `with_token: true` is not one.
    secretKey.test(key) && typeof item !== "boolean" && item !== null ? mark : item,
  );
  return toBounded(withoutSecrets(text, redact), { max: maxPreview, length: text.length });
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
