/**
 * Whether a text has the form of a pattern, in which `*` stands for any characters, slashes too. It looks
 * for each piece of the pattern once, from left to right, so it is linear in the text.
 */
export function isLike(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/**
 * A URI, or a pattern of some, as the code behind it may understand it: percent-encoded characters decoded,
 * backslashes as slashes, several slashes as one. Undefined for one with `.` or `..` between slashes:
 * whether `docs://public/../secret` is public depends on who reads it.
 */
export function toPlainUri(uri: string): string | undefined {
  const text = uri.replaceAll(/(?:%[0-9a-f]{2})+/gi, decode).replaceAll("\\", "/");
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(text)) return undefined;
  const [, scheme = "", rest = ""] = /^([^/]*:\/\/)?(.*)$/s.exec(text) ?? [];
  return scheme + rest.replaceAll(/\/{2,}/g, "/");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
