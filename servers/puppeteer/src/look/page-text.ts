import { cleanPlainText } from "@fairlead/guard";
import type { ElementHandle, Page } from "puppeteer-core";
import { toIsolated } from "../tab/library.ts";

/** The text of a page or one element of it, as people see it. */
export async function readPageText(
  page: Page,
  element: ElementHandle | undefined,
  format: "markdown" | "text",
): Promise<string> {
  const body = element ?? (await page.$("body"));
  if (body === null) return "";
  const root = await toIsolated(body);
  const value = await root.evaluate(readValue);
  // Exactly as it is: spaces at its ends can be what somebody is looking for.
  if (value !== null) return cleanPlainText(value);
  const plain = () => readPlainText(root);
  // A page can redefine what the conversion uses: then it fails, or it is not text that comes back.
  const text = format === "text" ? await plain() : await root.evaluate(toMarkdown).catch(plain);
  return cleanPlainText(String(text)).replace(/^\s*\n|\s+$/g, "");
}

/** What a field holds; null for what is not a field. Runs in the page, as all below. */
function readValue(element: Element): string | null {
  if (element instanceof HTMLTextAreaElement) return element.value;
  if (!(element instanceof HTMLInputElement)) return null;
  return element.type === "password" ? element.value.replace(/./g, "•") : element.value;
}

async function readPlainText(root: ElementHandle): Promise<string> {
  // What is shown, not all there is: hidden text is not text of the page.
  const shown = await root.getProperty("innerText");
  return String((await shown.jsonValue()) ?? "");
}

/** Everything it uses stands inside it. */
function toMarkdown(element: Element): string {
  const skipped = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "SVG", "svg", "IFRAME"]);
  const blocks = new Set([
    ...["P", "DIV", "SECTION", "ARTICLE", "HEADER", "FOOTER", "MAIN", "NAV", "ASIDE", "FORM"],
    ...["UL", "OL", "TABLE", "BLOCKQUOTE", "FIGURE", "FIELDSET", "DL", "DT", "DD", "DETAILS"],
  ]);
  // What is to stay as it is while the rest is tidied up: its place has characters no page has.
  const kept: string[] = [];
  const keep = (text: string) => `\0${kept.push(text) - 1}\0`;
  const isPlainPre = (node: Element): node is HTMLElement =>
    node instanceof HTMLElement &&
    /^pre(?:-wrap)?$|^break-spaces$/.test(getComputedStyle(node).whiteSpace) &&
    node.childElementCount === 0 &&
    /\n/.test(node.textContent ?? "");
  const inline = (node: Element) => children(node).replace(/\s+/g, " ").trim();
  const children = (node: Element): string =>
    [...(node.shadowRoot ?? node).childNodes].map((child) => convert(child)).join("");
  const rows = (table: HTMLTableElement) =>
    [...table.rows].map((row, index) => {
      const cells = [...row.cells].map((cell) => inline(cell).replaceAll("|", "\\|"));
      const rule = index === 0 ? `\n|${cells.map(() => " --- |").join("")}` : "";
      return `| ${cells.join(" | ")} |${rule}`;
    });
  const convert = (node: Node): string => {
    if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? "").replace(/\s+/g, " ");
    if (!(node instanceof Element) || skipped.has(node.tagName)) return "";
    if (!node.checkVisibility({ visibilityProperty: true })) return "";
    const heading = /^H([1-6])$/.exec(node.tagName);
    if (heading) return `\n\n${"#".repeat(Number(heading[1]))} ${inline(node)}\n\n`;
    if (node instanceof HTMLBRElement) return "\n";
    if (node instanceof HTMLHRElement) return "\n\n---\n\n";
    if (node instanceof HTMLTableElement) return `\n\n${rows(node).join("\n")}\n\n`;
    if (node instanceof HTMLPreElement)
      return `\n\n${keep(`\`\`\`\n${node.innerText}\n\`\`\``)}\n\n`;
    if (isPlainPre(node)) return `\n\n${keep(node.innerText)}\n\n`;
    if (node instanceof HTMLAnchorElement && node.href !== "") {
      const label = inline(node);
      return label === "" ? "" : `[${label}](${node.href})`;
    }
    if (node instanceof HTMLImageElement) return node.alt === "" ? "" : `![${node.alt}]`;
    if (node instanceof HTMLLIElement) return `\n- ${children(node).trim()}`;
    if (node.tagName === "CODE") return `\`${node.textContent ?? ""}\``;
    if (node.tagName === "STRONG" || node.tagName === "B") return `**${inline(node)}**`;
    return blocks.has(node.tagName) ? `\n\n${children(node)}\n\n` : children(node);
  };
  return convert(element)
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n[ \t]+(?!- )/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/\0(\d+)\0/g, (whole, at: string) => kept[Number(at)] ?? whole);
}
