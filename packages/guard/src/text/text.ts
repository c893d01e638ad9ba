import { dropComments } from "./comments.ts";

/** Scripts that join or part their letters with U+200C and U+200D, where these change the word. */
const joining = [
  "Arabic Syriac Nko Mandaic Mongolian Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu",
  "Kannada Malayalam Sinhala Khmer Myanmar Tibetan Balinese Javanese",
]
  .join(" ")
  .split(" ")
  .map((script) => `\\p{Script=${script}}`)
  .join("");

/** What is invisible and yet part of what is seen: it stays where it does that work, one at a time. */
const working = [
  `(?<=[${joining}])[\\u200C\\u200D]`,
  "(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F])\\u200D(?=\\p{Extended_Pictographic})",
  "(?<=\\p{Extended_Pictographic})[\\uFE0E\\uFE0F]",
  "(?<=[0-9#*])\\uFE0F(?=\\u20E3)",
  // The flags of England, Scotland and Wales are the only ones spelt with tags.
  "(?<=\\u{1F3F4})\\u{E0067}\\u{E0062}(?:\\u{E0065}\\u{E006E}\\u{E0067}|\\u{E0073}\\u{E0063}\\u{E0074}|\\u{E0077}\\u{E006C}\\u{E0073})\\u{E007F}",
].join("|");

/** Text of nothing but ASCII that draws something: most of it, and nothing to look for. */
const plain = /^[\t\n\r\x20-\x7e]*$/;

let expression: RegExp | undefined;

/**
 * Whatever draws nothing: zero width, bidi, tags, variation selectors, fillers (Unicode's Default
 * Ignorable Code Points), interlinear annotation, and the controls that drive terminals. Collecting
 * these characters takes 3 ms and more, so the expression is made by the first text that needs it.
 */
function invisible(): RegExp {
  expression ??= new RegExp(
    `(${working})|[[\\p{Default_Ignorable_Code_Point}\\p{Cc}\\uFFF9-\\uFFFB]--[\\t\\n\\r]]`,
    "gv",
  );
  return expression;
}

/**
 * Text as a person sees it: without invisible characters, in which instructions are hidden from
 * reviewers, and without HTML comments, which Markdown does not show outside code. Joiners
 * that emoji and scripts such as Persian or Hindi are written with stay.
 */
export function cleanText(text: string): string {
  // In this order: a comment whose brackets were parted by something invisible is still one.
  return dropComments(cleanPlainText(text));
}

/** The same for text that is not Markdown, where what looks like a comment is seen. */
export function cleanPlainText(text: string): string {
  return plain.test(text) ? text : text.replace(invisible(), "$1");
}

/**
 * Cleaned text between marks that say who wrote it and that it is not an instruction; the text cannot
 * end them itself. `revealText` in place of `cleanText` keeps all of a file.
 */
export function markUntrusted(text: string, source: string, clean = cleanText): string {
  const name = cleanText(source).replace(/[\s"<>]+/g, " ");
  return `<untrusted source="${name}">\n${escapeMarks(clean(text))}\n</untrusted>`;
}

/** Text that neither ends the marks of `markUntrusted` nor begins some; marking leaves it as it is. */
export function escapeMarks(text: string): string {
  return text.replace(/<(?=[\s/]*untrusted)/gi, "&lt;");
}

/**
 * Text as it is, with what is invisible shown as `\u{200B}`: for files and logs, of which nothing may
 * be left out.
 */
export function revealText(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(invisible(), (found, kept?: string) => kept ?? toEscape(found));
}

/**
 * A name or path for one line of text: as it is, with line ends, tabs and all that is invisible shown
 * as `\\u{A}`, so that no name can pass for more lines, for another name or for what a terminal obeys.
 */
export function revealName(name: string): string {
  return revealText(name).replace(/[\t\n\r\u2028\u2029]/g, toEscape);
}

function toEscape(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16).toUpperCase()}}`;
}
