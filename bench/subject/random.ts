/** Numbers that look drawn and are the same for the same seed. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number from 0 up to a limit. */
  below(limit: number): number;
}

/** A linear congruential generator with the constants of Numerical Recipes. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return { next, below: (limit) => Math.floor(next() * limit) };
}
