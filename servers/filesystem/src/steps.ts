/** Work that can be ended where it yields, which it does when it has to let others in. */
export type Steps<T> = Generator<void, T, void>;

/**
 * Told what comes next: `matching` is what a pattern from outside can make arbitrarily slow. Answers
 * whether it is time to let others in, which whoever can does.
 */
export type Beat = (next: "matching" | "reading") => boolean;
