/** A page of the sign-in as HTTP answers it. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly html: string;
}

/** What a page says, as plain text, and the button that it has. */
export interface PageText {
  readonly status?: number;
  readonly title: string;
  readonly lines: readonly string[];
  /** Posts to the page itself, with this query. */
  readonly button?: { readonly label: string; readonly query: string };
}

/**
 * What a browser needs to know of every page. Nobody may show it in a frame, where clicks could be
 * stolen, or keep it, and its address, which may hold a link, stays on this site.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
  "referrer-policy": "same-origin",
};

/** Writes a page without script or style. */
export function toPage({ status = 200, title, lines, button }: PageText): PageAnswer {
  const body = [
    `<h1>${toText(title)}</h1>`,
    ...lines.map((line) => `<p>${toText(line)}</p>`),
    ...(button
      ? [
          `<form method="post" action="?${toText(button.query)}"><button>${toText(button.label)}</button></form>`,
        ]
      : []),
  ];
  const html = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${toText(title)}</title>
${body.join("\n")}
</html>
`;
  return { status, headers: pageHeaders, html };
}

function toText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
