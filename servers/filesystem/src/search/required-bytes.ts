/** The characters of text and code from common to rare; those that are not listed are rarer. */
const common = " etaoinsrlcdupmhgfbyv_.,()\"'=;:-/wk0123456789{}[]<>ACEISTRPNOLDM*xzjq";
/** Bytes for each place that is looked at closely before a search gives up being clever. */
const patience = 256;
const few = 16;

/** Whether bytes may hold a text of ASCII; only a `false` is certain. */
export type BytesTest = (bytes: Buffer) => boolean;

/**
 * A test that is as fast as looking for one byte, since it begins with the rarest of the text: whatever
 * holds the text also holds its end from there on.
 */
export function toBytesTest(
  text: string,
  { ignoreCase }: { readonly ignoreCase: boolean },
): BytesTest {
  const rarest = findRarest(ignoreCase ? text.toLowerCase() : text);
  if (ignoreCase) return toFoldedTest(text.toLowerCase(), rarest);
  const whole = Buffer.from(text);
  const end = whole.subarray(rarest);
  return (bytes) => bytes.includes(end) && (rarest === 0 || bytes.includes(whole));
}

function toFoldedTest(text: string, rarest: number): BytesTest {
  const wanted = [...Buffer.from(text)];
  const sign = text.charAt(rarest);
  const signs = [...new Set([sign, sign.toUpperCase()])].map((one) => one.charCodeAt(0));
  const isAt = (bytes: Buffer, start: number) =>
    wanted.every((code, index) => {
      const found = bytes[start + index] ?? 0;
      return found === code || (found >= 65 && found <= 90 && found + 32 === code);
    });
  return (bytes) => {
    let tries = few + bytes.length / patience;
    for (const code of signs) {
      for (let at = bytes.indexOf(code); at >= 0; at = bytes.indexOf(code, at + 1)) {
        // So many places are slower to look at one by one than all bytes by an expression.
        if (tries-- < 0 || isAt(bytes, at - rarest)) return true;
      }
    }
    return false;
  };
}

/** Where the rarest character is, though not the last: one character says little. */
function findRarest(text: string): number {
  let [rarest, rank] = [0, -1];
  for (let at = 0; at < Math.max(text.length - 1, 1); at++) {
    const place = common.indexOf(text.charAt(at));
    const own = place < 0 ? common.length : place;
    if (own > rank) [rarest, rank] = [at, own];
  }
  return rarest;
}
