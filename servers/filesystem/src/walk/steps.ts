/** Work that can be ended where it yields, which it does when it has to let others in. */
export type Steps<T> = Generator<void, T, void>;

/**
 * Told what comes next: `matching` is what a pattern from outside can make arbitrarily slow. Answers
 * whether other work is due; a caller that can yield then yields.
 */
export type Beat = (next: "matching" | "reading") => boolean;
