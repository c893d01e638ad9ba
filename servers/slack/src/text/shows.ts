/**
 * What there is to do by a word that comes from outside: a word that every object has a member of, such
 * as `constructor`, finds nothing.
 */
export function toShows<T>(shows: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(shows));
}
