import { toRecord } from "@fairlead/guard";
import { join, toEscaped, toItems, toLink, toMoment, toText, toWords } from "./markup.ts";
import { toRichText } from "./rich-text.ts";
import { toShows } from "./shows.ts";

type Part = Readonly<Record<string, unknown>>;
type Show = (part: Part) => string;

/** What can be pressed, chosen or filled in, as markup: its words and what is chosen. */
export function toElement(part: Part): string | undefined {
  return elements.get(toWords(part["type"]))?.(part);
}

const toButton: Show = ({ text, url }) => toLink(url, `[${toText(text)}]`);
const toField: Show = ({ initial_value: value, placeholder }) =>
  `[${toEscaped(toWords(value)) || toText(placeholder)}]`;
const toIcon: Show = ({ text }) => `[${toText(text)}]`;

/** A picker by what is chosen in it, and what else there is to choose. */
function toPicker(
  chosen: readonly string[],
  { placeholder }: Part,
  others: readonly string[] = [],
) {
  const rest = others.filter((option) => !chosen.includes(option));
  const shown = join(chosen, ", ") || toText(placeholder);
  return `[${join([shown, join(rest, ", ")], ": ")}]`;
}

function toOption({ text, description, url }: Part): string {
  return join([toLink(url, toText(text)), toText(description)], " – ");
}

function toOptions({ options, option_groups: groups }: Part): string[] {
  const grouped = toItems(groups).map(
    (group) => `${toText(group["label"])}: ${toItems(group["options"]).map(toOption).join(", ")}`,
  );
  return [...toItems(options).map(toOption), ...grouped];
}

const toStatic: Show = (part) => {
  const { initial_option: one, initial_options: several } = part;
  const chosen = [...(one === undefined ? [] : [toRecord(one)]), ...toItems(several)];
  return toPicker(chosen.map(toOption), part, toOptions(part));
};

/** A picker of people or channels, by ids that are written as mentions. */
const toMentions =
  (sign: "@" | "#", one: string, several: string): Show =>
  (part) => {
    const ids = [part[one], ...(Array.isArray(part[several]) ? part[several] : [])];
    const named = ids.map(toWords).filter((id) => id !== "");
    // A conversation may be one with a person.
    const chosen = named.map((id) => `<${/^[UW]/.test(id) ? "@" : sign}${id}>`);
    return toPicker(chosen, part);
  };

/** Boxes to tick: ticked are those chosen from the start. */
const toBoxes: Show = ({ options, initial_options: several, initial_option: one }) => {
  const chosen = [...toItems(several), toRecord(one)].map(({ value }) => value);
  const rows = toItems(options).map((option) => {
    const ticked = option["value"] !== undefined && chosen.includes(option["value"]);
    return `${ticked ? "[x]" : "[ ]"} ${toOption(option)}`;
  });
  return rows.join("\n");
};

const users = toMentions("@", "initial_user", "initial_users");
const conversations = toMentions("#", "initial_conversation", "initial_conversations");
const channels = toMentions("#", "initial_channel", "initial_channels");

const elements = toShows<Show>({
  button: toButton,
  workflow_button: toButton,
  icon_button: toIcon,
  overflow: (part) => toPicker([], part, toOptions(part)),
  checkboxes: toBoxes,
  radio_buttons: toBoxes,
  static_select: toStatic,
  multi_static_select: toStatic,
  external_select: toStatic,
  multi_external_select: toStatic,
  users_select: users,
  multi_users_select: users,
  conversations_select: conversations,
  multi_conversations_select: conversations,
  channels_select: channels,
  multi_channels_select: channels,
  datepicker: (part) => toPicker([toEscaped(toWords(part["initial_date"]))], part),
  timepicker(part) {
    const { initial_time: time, timezone } = part;
    return toPicker([join([toWords(time), toWords(timezone)].map(toEscaped), " ")], part);
  },
  datetimepicker(part) {
    const { day, time } = toMoment(Number(part["initial_date_time"] ?? Number.NaN));
    return toPicker([day === "" ? "" : `${day} ${time.slice(0, 5)} UTC`], part);
  },
  plain_text_input: toField,
  email_text_input: toField,
  url_text_input: toField,
  number_input: toField,
  rich_text_input: ({ initial_value: value, placeholder }) =>
    toRichText(toRecord(value)) || `[${toText(placeholder)}]`,
  file_input: () => "[files]",
  feedback_buttons: ({ positive_button: yes, negative_button: no }) =>
    [yes, no].map((button) => toIcon(toRecord(button))).join(" "),
  image: ({ alt_text: alt, title }) =>
    join([`[image: ${toEscaped(toWords(alt))}]`, toText(title)], " "),
  url: ({ url, text }) => toLink(url, toEscaped(toWords(text))),
  mrkdwn: toText,
  plain_text: toText,
  raw_text: toText,
  raw_number: ({ text, value }) => toEscaped(toWords(text)) || String(value ?? ""),
});
