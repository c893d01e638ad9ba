import { toRecord } from "@fairlead/guard";
import { toBlocksText } from "./blocks.ts";
import { join, toEscaped, toItems, toLink, toMoment, toText, toWords } from "./markup.ts";

type Part = Readonly<Record<string, unknown>>;

/** What an attachment shows to a person, as markup, in the order Slack shows it. */
export function toAttachmentText(attachment: Part): string {
  const lines = [
    toWords(attachment["pretext"]),
    toAuthor(attachment),
    toLink(attachment["title_link"], toWords(attachment["title"])),
    toQuote(attachment) || toWords(attachment["text"]),
    ...toItems(attachment["fields"]).map(toField),
    toBlocksText(attachment["blocks"]),
    toPreview(toRecord(attachment["preview"])),
    join(toItems(attachment["actions"]).map(toAction), " "),
    toPictures(attachment),
    toFiles(attachment),
    toFooter(attachment),
  ];
  return join(lines, "\n") || toWords(attachment["fallback"]);
}

/** Of a message that was shared the blocks, which say more than its text. */
function toQuote({ message_blocks: quoted }: Part): string {
  const messages = toItems(quoted).map(({ message }) => toBlocksText(toRecord(message)["blocks"]));
  return join(messages, "\n");
}

function toAuthor({ author_name: name, author_link: link, author_subname: more }: Part): string {
  return join([toLink(link, toWords(name)), toWords(more)], " ");
}

function toField({ title, value }: Part): string {
  return join([toWords(title), toWords(value)], ": ");
}

function toPreview({ title, subtitle }: Part): string {
  return join([toText(title), toText(subtitle)], "\n");
}

function toAction({ type, text, url, options, option_groups: groups }: Part): string {
  const words = (option: Part) => join([option["text"], option["description"]].map(toWords), " – ");
  const grouped = toItems(groups).map(
    (group) => `${toWords(group["text"])}: ${toItems(group["options"]).map(words).join(", ")}`,
  );
  const all = join([...toItems(options).map(words), ...grouped], ", ");
  return type === "select"
    ? `[${join([toWords(text), all], ": ")}]`
    : toLink(url, `[${toWords(text)}]`);
}

function toPictures({ image_url: image, thumb_url: thumb }: Part): string {
  const url = toWords(image) || toWords(thumb);
  return url === "" ? "" : toLink(url, "[image]");
}

function toFiles({ files }: Part): string {
  const names = toItems(files).map(({ id, name }) => join([id, name].map(toWords), " "));
  return names.length === 0 ? "" : `Files: ${toEscaped(names.join(", "))}`;
}

function toFooter({ footer, ts }: Part): string {
  const { day, time } = toMoment(Number(ts ?? Number.NaN));
  return join([toWords(footer), day === "" ? "" : `${day} ${time.slice(0, 5)} UTC`], " | ");
}
