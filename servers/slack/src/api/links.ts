import { SlackError } from "../errors.ts";

/** What hides in a host name and is not seen: it is looked through, not trusted. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu;
/** The characters that a host name's parts may be joined by (UTS 46). */
const dots = /[\u3002\uff0e\uff61]/g;

const withScheme = /([a-z][a-z0-9+.-]*):[\\/]{2,}([^\s<>|"'`]*)/giu;
const bareAddress = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?=[/:])/g;
const bareDomain = /(?:[\p{L}\p{N}_-]+\.)+[\p{L}]{2,}[\p{L}\p{N}-]*/gu;

/**
 * The hosts a text could lead to: URLs of any scheme, in `<url|label>` or not, and words that look
 * like a domain, since Slack makes links of those as well. What cannot be read as a host comes back
 * as it is, and so matches no domain.
 */
export function findHosts(text: string): string[] {
  const hosts = new Set<string>();
  for (const variant of variantsOf(text)) {
    const rest = variant.replace(withScheme, (_, scheme: string, address: string) => {
      hosts.add(toHost(scheme, address));
      // What follows the host is looked at again: a path may hold another address.
      return ` ${address.replace(/^[^/?#]*/, "")} `;
    });
    for (const form of [bareDomain, bareAddress]) {
      for (const [word] of rest.matchAll(form)) hosts.add(toHost("https", word));
    }
  }
  return [...hosts];
}

/** The text as it is, unescaped, and as it reads once what hides in it is gone. */
function variantsOf(text: string): string[] {
  const plain = text.replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  const seen = plain.replace(unseen, "").replace(dots, ".");
  return [...new Set([plain, seen, seen.normalize("NFKC")])];
}

function toHost(scheme: string, address: string): string {
  // Brackets, stars and points around a URL belong to the sentence.
  const [authority = ""] = address.replace(/^[\\/]+/, "").split(/[/?#]/, 1);
  const name = authority.replace(/[)\]}.,;:!*_~]+$/, "");
  const url = URL.parse(`https://${name}`);
  // Names, passwords and backslashes in a URL are there to mislead its reader.
  if (url === null || url.hostname === "" || /[@\\]/.test(authority)) {
    return `${scheme}://${authority}`.slice(0, 100);
  }
  return url.hostname.replace(/\.$/, "");
}

export interface LinkOptions {
  /** Domains whose links may be unfurled; those below them as well. */
  readonly domains: readonly string[];
  /** Refuse links to all others. */
  readonly strict: boolean;
}

/** Decides what links a post may hold, and whether they may be unfurled. */
export class Links {
  readonly #domains: readonly string[];
  readonly #strict: boolean;

  /** Throws SlackError for a domain that is none. */
  constructor({ domains, strict }: LinkOptions) {
    this.#strict = strict;
    this.#domains = domains.map((domain) => {
      const host = URL.parse(`https://${domain.trim().replace(/^\*?\./, "")}`)?.hostname;
      if (host !== undefined && host !== "") return host;
      throw new SlackError(
        `--unfurl-domains names ${JSON.stringify(domain)}, which is not a domain.`,
        "Write domains such as example.com.",
      );
    });
  }

  /** Checks the links of an ordinary post; throws SlackError where they are not allowed. */
  check(text: string): void {
    if (this.#strict) this.assertListed(text, "links to");
  }

  /** Throws SlackError unless every link of the text leads to a listed domain. */
  assertListed(text: string, what: string): void {
    const other = findHosts(text).filter((host) => !this.admits(host));
    if (other.length === 0) return;
    const listed = this.#domains.length === 0 ? "none is listed" : this.#domains.join(", ");
    throw new SlackError(
      `The message ${what} ${other.slice(0, 5).join(", ")}.`,
      `That is allowed for the domains of --unfurl-domains only (${listed}). Leave the address out, or ask the person who runs this server.`,
    );
  }

  admits(host: string): boolean {
    return this.#domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
  }
}
