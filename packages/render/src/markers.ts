/** How a comment begins and ends, in Markdown and in files that have `#`. */
const styles = [
  ["<!-- ", " -->"],
  ["# ", ""],
] as const;

/**
 * The text with `block` between the markers `<!-- fairlead:name -->` and `<!-- /fairlead:name -->`,
 * or the same as comments with `#`; undefined where the markers are missing.
 */
export function fillMarkers(text: string, name: string, block: string): string | undefined {
  for (const [before, after] of styles) {
    const open = `${before}fairlead:${name}${after}`;
    const close = `${before}/fairlead:${name}${after}`;
    const start = text.indexOf(open);
    const end = text.indexOf(close, start);
    if (start === -1 || end === -1) continue;
    return `${text.slice(0, start + open.length)}\n\n${block}\n\n${text.slice(end)}`;
  }
  return undefined;
}
