/**
 * Work that is done in steps, so that it can be ended between two of them and known to be alive. It
 * says `matching` before a step that a pattern from outside can make arbitrarily slow.
 */
export type Steps<T> = Generator<"matching" | "reading", T, void>;
