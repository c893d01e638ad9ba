/** Takes passwords out of other sessions' statements, where roles are made with them. */
export function scrub(text: string): string {
  return text
    .replace(/(password\s+(?:e|u&)?)'(?:[^']|'')*'?/gi, "$1'[redacted]'")
    .replace(/(password\s*(?:=>?|:=)\s*)'?[^'\s,)]+'?/gi, "$1[redacted]")
    .replace(/(:\/\/[^\s:/@']*:)[^\s@']+@/g, "$1[redacted]@");
}
