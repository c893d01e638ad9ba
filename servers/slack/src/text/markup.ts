import { toRecord } from "@fairlead/guard";

// What blocks and attachments say is gathered in Slack's own markup (mrkdwn), so that mentions, links
// and dates in it are read in one place: `toPlain`.

/** Letters that are not markup, as they are. */
export function toLiteral(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Plain text of an answer, in which Slack may have escaped the three signs already. */
export function toEscaped(text: string): string {
  return text
    .replace(/&(?!(?:amp|lt|gt);)/g, "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** A string, or none. */
export function toWords(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The items of a list, each as a record; none for what is not a list. */
export function toItems(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(toRecord) : [];
}

/** A text object of Block Kit, or a bare string of plain text. */
export function toText(value: unknown): string {
  if (typeof value === "string") return toEscaped(value);
  const { type, text } = toRecord(value);
  return type === "mrkdwn" ? toWords(text) : toEscaped(toWords(text));
}

/** A link that says where it leads, whatever its words are. */
export function toLink(address: unknown, words = ""): string {
  const url = toLiteral(toWords(address)).replaceAll("|", "%7C");
  if (url === "") return words;
  return words === "" ? `<${url}>` : `<${url}|${words.replace(/[<>]/g, " ")}>`;
}

/** What is there of some parts. */
export function join(parts: readonly string[], between: string): string {
  return parts.filter((part) => part.trim() !== "").join(between);
}

/** Seconds of the epoch as a day and a time of day, without a zone of its own: UTC. */
export function toMoment(seconds: number): { readonly day: string; readonly time: string } {
  const date = new Date(seconds * 1_000);
  if (Number.isNaN(date.getTime())) return { day: "", time: "" };
  const [day = "", time = ""] = date.toISOString().split(/[T.]/);
  return { day, time };
}

/** A date of Slack's by its own format, in UTC where Slack shows it in the reader's zone. */
export function toDate(seconds: number, format: string): string {
  const { day, time } = toMoment(seconds);
  if (day === "") return "";
  return format
    .replace(/\{(?:date\w*|day\w*|month\w*|year)\}/g, day)
    .replaceAll("{time}", `${time.slice(0, 5)} UTC`)
    .replaceAll("{time_secs}", `${time} UTC`)
    .replace(/\{\w+\}/g, `${day} ${time} UTC`);
}
