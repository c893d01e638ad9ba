import { CodeFinder } from "./code.ts";

/** What may stand before a block of HTML in its line: signs of quotes, items and notes. */
const blockStart = /^(?:[\s>]|[-+*]\s|\d{1,9}[.)]\s|\[\^[^\]]*\]:)*$/;

/**
 * Markdown without its HTML comments, which it does not show; in code they are text and stay. What is
 * not certainly code counts as none: a comment shown by mistake is where instructions are hidden.
 */
export function dropComments(text: string): string {
  if (!text.includes("<!--")) return text;
  const code = new CodeFinder();
  const kept: string[] = [];
  let closes = true;
  /** Whether the line began with a comment: all that follows in it is HTML. */
  let isHtml = false;
  let from = 0;
  let lineEnd = 0;
  for (let at = 0; at < text.length; ) {
    const isLine = at === lineEnd;
    if (isLine) isHtml = false;
    if (at >= lineEnd) lineEnd = findLineEnd(text, at);
    const rest = text.slice(at, lineEnd);
    const open = isLine ? code.findComment(rest) : rest.indexOf("<!--");
    if (open < 0) {
      at = lineEnd;
      continue;
    }
    // What follows in the line may be HTML, in which no sign makes code.
    code.doubt();
    const end = closes ? findCommentEnd(text, at + open) : -1;
    const isBlock = isLine && /^ {0,3}$/.test(rest.slice(0, open));
    isHtml ||= code.isInHtml || (isLine && blockStart.test(rest.slice(0, open)));
    if (end >= 0) {
      code.skip(text.slice(at + open, end), isBlock ? "block" : "line");
      kept.push(text.slice(from, at + open));
      from = end;
      at = end;
      continue;
    }
    // Nothing closes this one, so nothing closes a later one either. In HTML, which it is at the start
    // of a line (CommonMark 4.6), it hides all that follows; elsewhere it is text.
    closes = false;
    if (isHtml) return kept.join("") + text.slice(from, isBlock ? at : at + open);
    at += open + 4;
  }
  return kept.join("") + text.slice(from);
}

function findLineEnd(text: string, at: number): number {
  return text.indexOf("\n", at) + 1 || text.length;
}

/** Where a comment ends; CommonMark 0.31 6.6 has two that are empty and closed as they open. */
function findCommentEnd(text: string, start: number): number {
  if (text.startsWith("<!-->", start)) return start + 5;
  if (text.startsWith("<!--->", start)) return start + 6;
  const close = text.indexOf("-->", start + 4);
  return close < 0 ? -1 : close + 3;
}
