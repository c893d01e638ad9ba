import { median, type Sample } from "./result.ts";

/** Does the work again and again for so long, at least once, and times each. */
export async function timeEach(work: () => Promise<void>, milliseconds: number): Promise<Sample> {
  const took: number[] = [];
  const started = performance.now();
  while (took.length === 0 || performance.now() - started < milliseconds) {
    const before = performance.now();
    await work();
    took.push(performance.now() - before);
  }
  return { p50: median(took), calls: took.length };
}
