import { toRecord } from "@fairlead/guard";
import {
  join,
  toDate,
  toEscaped,
  toItems,
  toLink,
  toLiteral,
  toMoment,
  toWords,
} from "./markup.ts";
import { toShows } from "./shows.ts";

type Part = Readonly<Record<string, unknown>>;

const maxIndent = 8;

/** A rich text block as markup: sections, lists, quotes and code, each in lines of its own. */
export function toRichText({ elements }: Part): string {
  const parts = toItems(elements).map((part) => {
    const show = sections.get(toWords(part["type"]));
    return show === undefined ? toInline(part) : show(part);
  });
  return join(
    parts.map((part) => part.replace(/\n$/, "")),
    "\n",
  );
}

const sections = toShows<(part: Part) => string>({
  rich_text_section: toInlines,
  rich_text_quote: (part) => toInlines(part).replace(/^/gm, "> "),
  rich_text_preformatted: (part) => `\`\`\`\n${toInlines(part).replace(/\n$/, "")}\n\`\`\``,
  rich_text_list({ elements, style, indent, offset }) {
    const depth = Math.min(Math.max(Number(indent) || 0, 0), maxIndent);
    const first = Math.max(Number(offset) || 0, 0) + 1;
    const lines = toItems(elements).map((item, at) => {
      const sign = style === "ordered" ? toNumber(first + at, depth) : "•";
      const text = item["type"] === "rich_text_section" ? toInlines(item) : toRichText(item);
      return `${"  ".repeat(depth)}${sign} ${text}`;
    });
    return lines.join("\n");
  },
});

/** Slack counts by numbers, letters and Roman numerals, level by level. */
function toNumber(value: number, depth: number): string {
  const signs = [String, toLetters, toRoman][depth % 3] ?? String;
  return `${signs(value)}.`;
}

function toLetters(value: number): string {
  const rest = (value - 1) % 26;
  const last = String.fromCharCode(97 + rest);
  return value > 26 ? `${toLetters((value - 1 - rest) / 26)}${last}` : last;
}

const romans = [
  ...([["x", 10] as const, ["ix", 9] as const, ["v", 5] as const] as const),
  ...([["iv", 4] as const, ["i", 1] as const] as const),
];

function toRoman(value: number): string {
  const fitting = romans.find(([, worth]) => worth <= value);
  if (fitting === undefined || value > 1_000) return value > 1_000 ? String(value) : "";
  return `${fitting[0]}${toRoman(value - fitting[1])}`;
}

function toInlines({ elements }: Part): string {
  return toItems(elements).map(toInline).join("");
}

/** One element within a line; of one that is not known, its text. */
function toInline(part: Part): string {
  const show = inlines.get(toWords(part["type"]));
  const text = show === undefined ? toEscaped(toWords(part["text"])) : show(part);
  return toStyled(text, toRecord(part["style"]));
}

const inlines = toShows<(part: Part) => string>({
  text: ({ text }) => toLiteral(toWords(text)),
  link: ({ url, text }) => toLink(url, toLiteral(toWords(text))),
  user: ({ user_id }) => `<@${toWords(user_id)}>`,
  usergroup: ({ usergroup_id }) => `<!subteam^${toWords(usergroup_id)}>`,
  channel: ({ channel_id }) => `<#${toWords(channel_id)}>`,
  broadcast: ({ range }) => `<!${toWords(range)}>`,
  team: ({ team_id }) => `@${toEscaped(toWords(team_id))}`,
  color: ({ value }) => toEscaped(toWords(value)),
  emoji({ name, skin_tone: tone }) {
    return `:${toEscaped(toWords(name))}:${typeof tone === "number" ? `:skin-tone-${tone}:` : ""}`;
  },
  date({ timestamp, format, fallback, url }) {
    const shown = toDate(Number(timestamp), toWords(format));
    const { day } = toMoment(Number(timestamp));
    return toLink(url, toEscaped(shown || toWords(fallback) || day));
  },
});

function toStyled(text: string, { bold, italic, strike, code }: Part): string {
  if (text.trim() === "") return text;
  const signs = [code && "`", strike && "~", italic && "_", bold && "*"];
  return signs.reduce<string>((inner, sign) => (sign ? `${sign}${inner}${sign}` : inner), text);
}
