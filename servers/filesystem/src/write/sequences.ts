/**
 * Where a sequence stands in a list, each place after the end of the one before. No item is looked at
 * again from each place on (Knuth, Morris and Pratt), so lists that repeat themselves take no longer.
 */
export function findSequences<T>(list: readonly T[], wanted: readonly T[]): number[] {
  if (wanted.length === 0) return [];
  const borders = toBorders(wanted);
  const found: number[] = [];
  let matched = 0;
  for (const [at, item] of list.entries()) {
    while (matched > 0 && wanted[matched] !== item) matched = borders[matched - 1] ?? 0;
    if (wanted[matched] === item) matched++;
    if (matched < wanted.length) continue;
    found.push(at + 1 - matched);
    matched = 0;
  }
  return found;
}

/** For each start of a sequence, how much of its own start it ends with. */
function toBorders<T>(wanted: readonly T[]): number[] {
  const borders = [0];
  let length = 0;
  for (const item of wanted.slice(1)) {
    while (length > 0 && wanted[length] !== item) length = borders[length - 1] ?? 0;
    if (wanted[length] === item) length++;
    borders.push(length);
  }
  return borders;
}
