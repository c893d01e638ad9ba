import { toRecord } from "@fairlead/guard";
import { toElement } from "./elements.ts";
import { join, toEscaped, toItems, toLink, toText, toWords } from "./markup.ts";
import { toRichText } from "./rich-text.ts";
import { toShows } from "./shows.ts";

type Part = Readonly<Record<string, unknown>>;

const maxDepth = 8;

/** What blocks show to a person, as markup, one below the other. */
export function toBlocksText(blocks: unknown, depth = 0): string {
  if (depth > maxDepth) return "";
  return join(
    toItems(blocks).map((block) => toBlockText(block, depth)),
    "\n",
  );
}

function toBlockText(block: Part, depth: number): string {
  const show = shown.get(toWords(block["type"]));
  if (show !== undefined) return join(show(block, depth + 1), "\n");
  return toElement(block) ?? gather(block, depth + 1);
}

/** Elements that stand side by side. */
function toRow(parts: unknown, depth: number): string {
  return join(
    toItems(parts).map((part) => toBlockText(part, depth)),
    " ",
  );
}

function toOne(part: unknown, depth: number): string {
  return part === undefined ? "" : toBlockText(toRecord(part), depth);
}

function toTable(rows: unknown, depth: number): string[] {
  const lines = Array.isArray(rows) ? rows : [];
  return lines.map((row: unknown) =>
    toItems(row)
      .map((cell) => toBlockText(cell, depth).replace(/\s*\n\s*/g, " / "))
      .join(" | "),
  );
}

const shown = toShows<(block: Part, depth: number) => readonly string[]>({
  rich_text: (block) => [toRichText(block)],
  markdown: ({ text }) => [toEscaped(toWords(text))],
  header: ({ text }) => [toText(text)],
  divider: () => ["---"],
  alert: ({ text, level }) => [join([level ? `[${toWords(level)}]` : "", toText(text)], " ")],
  section: ({ text, fields, accessory }, depth) => [
    toText(text),
    ...toItems(fields).map(toText),
    toOne(accessory, depth),
  ],
  context: ({ elements }, depth) => [toRow(elements, depth)],
  actions: ({ elements }, depth) => [toRow(elements, depth)],
  context_actions: ({ elements }, depth) => [toRow(elements, depth)],
  input: ({ label, hint, element }, depth) => [toText(label), toOne(element, depth), toText(hint)],
  file: ({ external_id: id }) => [`[file ${toEscaped(toWords(id))}]`],
  video(block) {
    const { title, title_url: url, description, alt_text: alt } = block;
    const names = [block["author_name"], block["provider_name"]].map(toWords).map(toEscaped);
    const words = `[video: ${toText(title) || toEscaped(toWords(alt))}]`;
    return [toLink(url ?? block["video_url"], words), toText(description), join(names, ", ")];
  },
  table: ({ rows }, depth) => toTable(rows, depth),
  data_table: ({ caption, rows }, depth) => [toText(caption), ...toTable(rows, depth)],
  card({ hero_image: hero, icon, title, subtitle, body, actions }, depth) {
    const head = join([toOne(icon, depth), toText(title)], " ");
    return [toOne(hero, depth), head, toText(subtitle), toText(body), toRow(actions, depth)];
  },
  carousel: ({ elements }, depth) => [toBlocksText(elements, depth)],
  container(block, depth) {
    const { icon, title, rich_text_title: rich, subtitle, child_blocks: children } = block;
    const head = join([toOne(icon, depth), toText(title), toOne(rich, depth)], " ");
    return [head, toText(subtitle), toBlocksText(children, depth)];
  },
  task_card({ title, status, details, output, sources }, depth) {
    const head = join([toEscaped(toWords(title)), status ? `[${toWords(status)}]` : ""], " ");
    return [head, toOne(details, depth), toOne(output, depth), toRow(sources, depth)];
  },
  plan: ({ title, tasks }, depth) => [
    toText(title),
    toBlocksText(
      toItems(tasks).map((task) => ({ type: "task_card", ...task })),
      depth,
    ),
  ],
});

/** Keys under which blocks that are not known here may have words, in the order they are shown. */
const wordy = ["title", "label", "text", "value", "alt_text", "description", "hint"];
const nested = ["fields", "elements", "element", "blocks", "accessory", "options"];

function gather(block: Part, depth: number): string {
  if (depth > maxDepth) return "";
  const words = wordy.map((key) => toText(block[key]));
  const inner = nested.map((key) => {
    const value = block[key];
    const parts: readonly unknown[] = Array.isArray(value) ? value : value ? [value] : [];
    return toRow(parts, depth);
  });
  return join([...words, ...inner], " ");
}
