import type { ConsoleMessage, Protocol } from "puppeteer-core";
import type { Clean } from "./text.ts";

/** Characters the browser shows of a text inside an object; of a longer one the ends or the start. */
const mostShown = 100;
const cutMark = "…";

/** What a page said, its objects as the browser's own console shows them before they are opened. */
export function formatMessage(message: ConsoleMessage, clean: Clean): string {
  const shown = message.args().map((handle) => handle.remoteObject());
  const [first, ...rest] = shown;
  if (first === undefined) return message.text();
  const said = rest.map((object) => formatObject(object, clean));
  const start = formatObject(first, clean);
  return [first.type === "string" ? fillIn(start, said) : start, ...said].join(" ");
}

/** Takes what the placeholders of a format, such as `%s`, stand for; `%c` is a style, without words. */
function fillIn(format: string, said: string[]): string {
  if (said.length === 0) return format;
  return format.replace(/%[%sdifoOc]/g, (placeholder) => {
    if (placeholder === "%%") return "%";
    const next = said.shift();
    return next === undefined ? placeholder : placeholder === "%c" ? "" : next;
  });
}

function formatObject(
  { preview, value, description, type }: Protocol.Runtime.RemoteObject,
  clean: Clean,
): string {
  if (preview !== undefined && preview.subtype !== "error") return formatPreview(preview, clean);
  if (type === "string") return String(value);
  return description ?? (value === undefined ? type : JSON.stringify(value));
}

function formatPreview(preview: Protocol.Runtime.ObjectPreview, clean: Clean): string {
  const { type, subtype, entries, overflow } = preview;
  const description = preview.description && withoutHalves(preview.description, clean);
  if (type === "string") return JSON.stringify(description ?? "");
  const isList = subtype === "array" || subtype === "typedarray";
  const own = entries === undefined ? preview.properties : [];
  const parts = own.map((property) =>
    isList && /^\d+$/.test(property.name)
      ? formatProperty(property, clean)
      : `${property.name}: ${formatProperty(property, clean)}`,
  );
  for (const { key, value } of entries ?? []) {
    const prefix = key === undefined ? "" : `${formatPreview(key, clean)} => `;
    parts.push(`${prefix}${formatPreview(value, clean)}`);
  }
  if (parts.length === 0 && !overflow && subtype !== "array" && description !== "Object") {
    return description ?? preview.type;
  }
  if (overflow) parts.push(cutMark);
  const name = description === "Object" || subtype === "array" ? "" : `${description} `;
  return isList ? `${name}[${parts.join(", ")}]` : `${name}{${parts.join(", ")}}`;
}

function formatProperty(property: Protocol.Runtime.PropertyPreview, clean: Clean): string {
  const { type, valuePreview } = property;
  if (valuePreview !== undefined) return formatPreview(valuePreview, clean);
  const value = withoutHalves(property.value ?? "", clean);
  if (type === "string") return JSON.stringify(value);
  return value === "" ? type : value;
}

/** A text that the browser may have cut, without what stands next to the cut and may be half a secret. */
function withoutHalves(text: string, clean: Clean): string {
  if (text.length !== mostShown) return text;
  const at = text[mostShown / 2] === cutMark ? mostShown / 2 : mostShown - 1;
  if (text[at] !== cutMark) return text;
  const [start, rest] = [clean(text.slice(0, at)), clean(text.slice(at + 1))];
  const kept = Math.max(0, start.length - clean.longest);
  return `${start.slice(0, kept)}${cutMark}${rest.slice(clean.longest)}`;
}
