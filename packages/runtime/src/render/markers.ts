/**
 * The text with `block` between the markers `<!-- fairlead:name -->` and `<!-- /fairlead:name -->`;
 * undefined where the markers are missing.
 */
export function fillMarkers(text: string, name: string, block: string): string | undefined {
  const open = `<!-- fairlead:${name} -->`;
  const close = `<!-- /fairlead:${name} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf(close, start);
  if (start === -1 || end === -1) return undefined;
  return `${text.slice(0, start + open.length)}\n\n${block}\n\n${text.slice(end)}`;
}
