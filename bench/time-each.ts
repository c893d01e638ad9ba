import { median, type Sample } from "./result.ts";

/** Does the work again and again for so long, at least once and at most so many times, and times each. */
export async function timeEach(
  work: () => Promise<void>,
  milliseconds: number,
  most = Number.POSITIVE_INFINITY,
): Promise<Sample> {
  const took: number[] = [];
  const started = performance.now();
  const isTime = () => took.length < most && performance.now() - started < milliseconds;
  while (took.length === 0 || isTime()) {
    const before = performance.now();
    await work();
    took.push(performance.now() - before);
  }
  return { p50: median(took), calls: took.length };
}
