/** The result of work that is done once, as the next run will find it, and the JSON that it is kept as. */
export interface Kept<T> {
  readonly value: T;
  readonly json: string;
}

/** Does work, and gives its result as JSON makes it: so every run gets the same, the first included. */
export async function toKept<T>(work: () => T | Promise<T>): Promise<Kept<T>> {
  const json = JSON.stringify({ value: await work() });
  return { value: fromKept<T>(json), json };
}

export function fromKept<T>(json: string): T {
  const { value }: { readonly value: T } = JSON.parse(json);
  return value;
}
