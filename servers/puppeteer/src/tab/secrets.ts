import { BrowserError } from "../errors.ts";

const mark = "[secret]";
/** Shorter ones would be taken out of half of what a page says. */
const shortest = 4;

interface Secret {
  readonly name: string;
  /** The only host whose pages it may be typed into. */
  readonly host: string | undefined;
  readonly value: string;
}

/** Values that are typed into pages by name, and taken out of all that is said of a page. */
export class Secrets {
  readonly #secrets: readonly Secret[];
  readonly #forms: readonly string[];

  constructor(secrets: readonly Secret[]) {
    this.#secrets = secrets;
    const forms = secrets.flatMap(({ value }) => toForms(value));
    this.#forms = [...new Set(forms)].sort((a, b) => b.length - a.length);
  }

  /** Characters of the longest form of a secret. */
  get longest(): number {
    return this.#forms[0]?.length ?? 0;
  }

  /** What to type for a text with `{{NAME}}` in it, into a page at this URL. */
  reveal(text: string, url: string): { readonly text: string; readonly secret: boolean } {
    let secret = false;
    const revealed = text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
      const found = this.#secrets.find((one) => one.name === name);
      if (found === undefined) return whole;
      assertHost(found, url);
      secret = true;
      return found.value;
    });
    return { text: revealed, secret };
  }

  /** Throws where the text holds a secret of another host than the one of this URL. */
  assertMayHold(text: string, url: string): void {
    for (const secret of this.#secrets) {
      if (toForms(secret.value).some((form) => text.includes(form))) assertHost(secret, url);
    }
  }

  /** The text without any secret, however it is written. */
  mask(text: string): string {
    let clean = text;
    for (const form of this.#forms) {
      if (clean.includes(form)) clean = clean.replaceAll(form, mark);
    }
    return clean;
  }

  /** As `mask`, for every string in a value that JSON has a form for. */
  maskValue(value: unknown): unknown {
    if (typeof value === "string") return this.mask(value);
    if (typeof value === "number" && this.#forms.includes(String(value))) return mark;
    if (Array.isArray(value)) return value.map((item) => this.maskValue(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.mask(key), this.maskValue(item)]),
    );
  }
}

/** Reads lines of `NAME=value` or `NAME@host=value`; empty lines and `#` comments are skipped. */
export function parseSecrets(text: string): Secrets {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), at: index + 1 }));
  const secrets = lines
    .filter(({ line }) => line !== "" && !line.startsWith("#"))
    .map(({ line, at }) => {
      const [, name, host, raw] = /^(\w+)(?:@([\w.:[\]-]+))?\s*=\s*(.*)$/.exec(line) ?? [];
      const value = raw?.replace(/^(["'])(.*)\1$/, "$2");
      if (name === undefined || value === undefined) throw unreadable(at, "is not NAME=value");
      if (value.length < shortest) throw unreadable(at, `is shorter than ${shortest} characters`);
      return { name, host, value };
    });
  return new Secrets(secrets);
}

function unreadable(line: number, problem: string): BrowserError {
  return new BrowserError(
    `Line ${line} of the --secrets file ${problem}.`,
    "The operator of this server can correct the file.",
  );
}

function assertHost({ name, host }: Secret, url: string): void {
  if (host === undefined) return;
  const { hostname, host: withPort } = new URL(url);
  if (host === hostname || host === withPort) return;
  throw new BrowserError(
    `The secret ${name} belongs to ${host} and is not typed into ${withPort || url}.`,
    "Go to its own site first.",
  );
}

/** As it is, and as it stands in JSON, in HTML, in a URL, in a form and in a header. */
function toForms(value: string): string[] {
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const encoded = encodeURIComponent(value.toWellFormed());
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    html,
    html.replaceAll('"', "&quot;"),
    encoded,
    new URLSearchParams({ v: value }).toString().slice(2),
    encoded.replaceAll("%20", "+"),
    Buffer.from(value).toString("base64"),
    [...value].reverse().join(""),
  ];
}
