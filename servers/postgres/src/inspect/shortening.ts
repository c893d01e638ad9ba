/** A text of no more than so many characters, with a word of how many there are. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).toWellFormed()}… [${text.length} characters]`;
}

/** As many items as have no more than so many characters together, with a word of how many there are. */
export function shortenList(items: readonly string[], longest: number): readonly string[] {
  let length = 0;
  const end = items.findIndex((item) => {
    length += item.length;
    return length > longest;
  });
  return end < 0 ? items : [...items.slice(0, end), `… [${items.length} in all]`];
}
