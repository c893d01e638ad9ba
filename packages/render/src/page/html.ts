/** HTML that needs no escaping any more. */
export interface Html {
  readonly html: string;
}

type Content = string | number | Html | readonly Html[];

/** A template whose values are escaped unless they are HTML themselves. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  const parts = strings.map((text, at) => `${text}${toHtml(values[at])}`);
  return { html: parts.join("") };
}

function toHtml(content: Content | undefined): string {
  if (content === undefined) return "";
  if (typeof content === "string" || typeof content === "number") return toText(String(content));
  return "html" in content ? content.html : content.map((part) => part.html).join("");
}

function toText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
