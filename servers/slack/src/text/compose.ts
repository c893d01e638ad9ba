import { isRecord } from "@fairlead/guard";
import { joint, type Links } from "../api/links.ts";
import { SlackError } from "../errors.ts";

const maxChars = 40_000;
const maxBlocks = 50;
const maxDepth = 10;

/** Blocks that show something; the others take input, which nobody here would receive. */
const blockTypes = ["context", "divider", "header", "image", "markdown", "rich_text", "section"];

export interface MentionOptions {
  /** The call asks that people and groups be notified. */
  readonly mentions: boolean;
  /** The operator lets such a call notify whole channels too. */
  readonly broadcasts: boolean;
}

/**
 * Text that says what it says and notifies nobody who was not asked for: `& < >` escaped, links
 * kept, mentions as plain words.
 */
export function toMarkup(text: string, options: MentionOptions): string {
  const parts = text.split(/(<[^<>]*>)/);
  return parts
    .map((part, index) => (index % 2 === 1 ? toToken(part, options) : escapeText(part, options)))
    .join("");
}

/** One `<…>` of Slack's markup; what is none is text. */
function toToken(token: string, options: MentionOptions): string {
  const [target = "", label] = token.slice(1, -1).split("|", 2);
  if (/^(?:https?|mailto):/i.test(target) || /^#C[A-Z0-9]+$/.test(target)) return token;
  const broadcast = /^!(channel|here|everyone|group)$/.exec(target);
  if (broadcast !== null) {
    if (options.mentions && options.broadcasts) return token;
    return quiet(`@${broadcast[1]}`);
  }
  if (/^@[UW][A-Z0-9]+$/.test(target) || /^!subteam\^[A-Z0-9]+$/.test(target)) {
    if (options.mentions) return token;
    const name = label ?? `@${target.replace(/^@|^!subteam\^/, "")}`;
    return escapeText(name, { mentions: false, broadcasts: false });
  }
  return escapeText(token, options);
}

function escapeText(text: string, options: MentionOptions): string {
  const escaped = text
    .replace(/&(?!(?:amp|lt|gt);)/g, "&amp;")
    .replaceAll("<", "&lt;")
    // At the start of a line it quotes.
    .replace(/(?<=[^\n])>/g, "&gt;");
  if (options.mentions && options.broadcasts) return escaped;
  return escaped.replace(/@(?:channel|here|everyone|group)\b/gi, quiet);
}

/** A word joiner between the sign and the word: it reads the same and is not a mention. */
function quiet(mention: string): string {
  return `@\u2060${mention.slice(1)}`;
}

/** Blocks made as quiet as text, once it is certain that they load nothing from elsewhere. */
export function toBlocks(
  blocks: readonly unknown[],
  links: Links,
  options: MentionOptions,
): readonly Block[] {
  if (blocks.length > maxBlocks) {
    throw new SlackError(
      `${blocks.length} blocks are too many.`,
      `A message has at most ${maxBlocks}.`,
    );
  }
  return blocks.map((block) => {
    const type = isRecord(block) ? block["type"] : block;
    if (!isRecord(block) || typeof type !== "string" || !blockTypes.includes(type)) {
      throw new SlackError(
        `A block of type ${JSON.stringify(type)} cannot be sent.`,
        `There are: ${blockTypes.join(", ")}.`,
      );
    }
    return toQuietObject(block, { links, options, depth: 0 });
  });
}

export type Block = { readonly [key: string]: unknown };

interface Walk {
  readonly links: Links;
  readonly options: MentionOptions;
  readonly depth: number;
}

function toQuiet(value: unknown, key: string, walk: Walk): unknown {
  if (walk.depth > maxDepth) {
    throw new SlackError("The blocks are nested too deeply.", "Use simpler blocks.");
  }
  if (typeof value === "string") return toQuietString(value, key, walk);
  if (Array.isArray(value)) return value.map((item: unknown) => toQuiet(item, key, walk));
  return isRecord(value) ? toQuietObject(value, { ...walk, depth: walk.depth + 1 }) : value;
}

function toQuietObject(block: Block, walk: Walk): Block {
  const { type, user_id, usergroup_id, range, text } = block;
  const { mentions, broadcasts } = walk.options;
  if ("slack_file" in block) {
    throw new SlackError("Blocks cannot show files of Slack here.", "Upload the file instead.");
  }
  if (type === "broadcast" && !(mentions && broadcasts)) {
    return { type: "text", text: quiet(`@${String(range)}`) };
  }
  if ((type === "user" || type === "usergroup") && !mentions) {
    return { type: "text", text: `@${String(user_id ?? usergroup_id)}` };
  }
  // Text that is not markup arrives as it is written.
  const verbatim = typeof text === "string" && (type === "plain_text" || type === "text");
  const rest = Object.entries(block).map(([key, value]) => [
    key,
    verbatim && key === "text" ? value : toQuiet(value, key, walk),
  ]);
  const quieted: Block = Object.fromEntries(rest);
  // In a text object this would make mentions of plain words.
  return type === "mrkdwn" ? { ...quieted, verbatim: true } : quieted;
}

function toQuietString(value: string, key: string, { links, options }: Walk): string {
  if (/_url$/.test(key) && key !== "title_url") {
    // Pictures are loaded as soon as somebody looks, with whatever the address carries.
    links.assertListed(value, "loads pictures from");
    return value;
  }
  return key === "text" ? toMarkup(toMarkdown(value, links), options) : value;
}

/**
 * Markdown that loads nothing from elsewhere and mentions nobody: its pictures may be named at any
 * place of the text, so where there is one every link counts.
 */
export function toMarkdown(text: string, links: Links): string {
  // Canvases write people and channels like pictures.
  const quieted = text.replace(/!\[[^\]]*\]\(\s*(@[UW][A-Z0-9]+|#C[A-Z0-9]+)\s*\)/g, "$1");
  if (quieted.includes("![")) links.assertListed(quieted, "loads pictures from");
  return quieted;
}

/** Every text in a value, with a joint between one and the next. */
export function collectText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  return Object.values(value).map(collectText).join(joint);
}

/** Throws SlackError for a text Slack would cut. */
export function assertLength(text: string): void {
  if (text.length <= maxChars) return;
  throw new SlackError(
    `The text has ${text.length.toLocaleString("en-US")} characters; Slack takes ${maxChars.toLocaleString("en-US")}.`,
    "Shorten it, post it in parts, or upload it as a file.",
  );
}
