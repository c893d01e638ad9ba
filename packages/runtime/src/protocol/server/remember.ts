/** The value under a key, made at its first need; over `cap`, the oldest is forgotten. */
export function remember<T>(held: Map<string, T>, key: string, cap: number, make: () => T): T {
  let value = held.get(key);
  if (value === undefined) {
    value = make();
    held.set(key, value);
    for (const oldest of held.keys()) {
      if (held.size <= cap) break;
      held.delete(oldest);
    }
  }
  return value;
}
