import type { ConsoleMessage, Protocol } from "puppeteer-core";

/** What a page said, its objects as the browser's own console shows them before they are opened. */
export function formatMessage(message: ConsoleMessage): string {
  const shown = message.args().map((handle) => handle.remoteObject());
  const [first, ...rest] = shown;
  if (first === undefined) return message.text();
  const said = rest.map(formatObject);
  const start = formatObject(first);
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

function formatObject({
  preview,
  value,
  description,
  type,
}: Protocol.Runtime.RemoteObject): string {
  if (preview !== undefined && preview.subtype !== "error") return formatPreview(preview);
  if (type === "string") return String(value);
  return description ?? (value === undefined ? type : JSON.stringify(value));
}

function formatPreview(preview: Protocol.Runtime.ObjectPreview): string {
  const { type, subtype, description, entries, overflow } = preview;
  if (type === "string") return JSON.stringify(description ?? "");
  const isList = subtype === "array" || subtype === "typedarray";
  const own = entries === undefined ? preview.properties : [];
  const parts = own.map((property) =>
    isList && /^\d+$/.test(property.name)
      ? formatProperty(property)
      : `${property.name}: ${formatProperty(property)}`,
  );
  for (const { key, value } of entries ?? []) {
    const prefix = key === undefined ? "" : `${formatPreview(key)} => `;
    parts.push(`${prefix}${formatPreview(value)}`);
  }
  if (parts.length === 0 && !overflow && subtype !== "array" && description !== "Object") {
    return description ?? preview.type;
  }
  if (overflow) parts.push("…");
  const name = description === "Object" || subtype === "array" ? "" : `${description} `;
  return isList ? `${name}[${parts.join(", ")}]` : `${name}{${parts.join(", ")}}`;
}

function formatProperty({ type, value, valuePreview }: Protocol.Runtime.PropertyPreview): string {
  if (valuePreview !== undefined) return formatPreview(valuePreview);
  if (type === "string") return JSON.stringify(value ?? "");
  return value === undefined || value === "" ? type : value;
}
