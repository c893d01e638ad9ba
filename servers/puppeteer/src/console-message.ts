import type { ConsoleMessage, Protocol } from "puppeteer-core";

/** What a page said, its objects as the browser's own console shows them before they are opened. */
export function formatMessage(message: ConsoleMessage): string {
  const shown = message.args().map((handle) => handle.remoteObject());
  // Placeholders such as %s and %c are filled in by the library.
  const plain = shown.every(({ preview }) => preview === undefined);
  if (plain || shown.length === 0) return message.text();
  return shown.map(formatObject).join(" ");
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
  const { subtype, description, entries, overflow } = preview;
  const isList = subtype === "array" || subtype === "typedarray";
  const parts = preview.properties.map((property) =>
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
