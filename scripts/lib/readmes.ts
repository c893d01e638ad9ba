import { toLine } from "./source.ts";
import type { Violation } from "./violation.ts";

/** A section of a server's README, and the marker of the generated block that belongs in it. */
interface Section {
  readonly heading: string;
  readonly marker?: string;
}

/** How every README of a server begins after its title, in this order. */
const first: readonly Section[] = [
  { heading: "Try it" },
  { heading: "Connect a client", marker: "connect" },
  { heading: "Tools", marker: "tools" },
  { heading: "Options", marker: "options" },
  { heading: "Safety" },
];

/** How it ends. A server's own sections stand before it. */
const last: Section = { heading: "Other clients", marker: "clients" };

/** npm shows no more than this of a README. */
const maxBytes = 65_536;

/** Where a server's README leaves the order that all of them have, or is longer than npm shows. */
export function checkReadme(path: string, text: string): Violation[] {
  const found = [...text.matchAll(/^## (.+)$/gm)].map((match) => ({
    heading: match[1] ?? "",
    line: toLine(text, match.index),
    start: match.index,
  }));
  const violations = [...first.entries()].flatMap(([at, { heading }]) =>
    found[at]?.heading === heading ? [] : [toViolation(found[at]?.line ?? 1, at + 1, heading)],
  );
  if (found.at(-1)?.heading !== last.heading) {
    violations.push(toViolation(found.at(-1)?.line ?? 1, "last", last.heading));
  }
  for (const { heading, marker } of [...first, last]) {
    const at = found.findIndex((section) => section.heading === heading);
    const body = at === -1 ? "" : text.slice(found[at]?.start, found[at + 1]?.start);
    if (at === -1 || marker === undefined || body.includes(`<!-- fairlead:${marker} -->`)) continue;
    const message = `\`${heading}\` must hold the markers of \`fairlead:${marker}\`.`;
    violations.push({ line: found[at]?.line ?? 1, message });
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    violations.push({ line: 1, message: `has ${bytes} bytes; npm shows the first ${maxBytes}.` });
  }
  return violations.map((violation) => ({ path, rule: "readme", ...violation }));
}

function toViolation(line: number, place: number | "last", heading: string) {
  return { line, message: `section ${place} must be \`## ${heading}\`.` };
}

/** A README in that order: what it is, and the text of each section that no block fills. */
export function toReadme(
  title: string,
  what: string,
  texts: Readonly<Record<string, string>>,
): string {
  const sections = [...first, last].map(({ heading, marker }) => {
    const block = marker && `<!-- fairlead:${marker} -->\n<!-- /fairlead:${marker} -->`;
    return `## ${heading}\n\n${[texts[heading], block].filter(Boolean).join("\n\n")}\n`;
  });
  return [`# ${title}\n`, `${what}\n`, ...sections].join("\n");
}
