import { Problem } from "../problem.ts";

/** How large documents may be; generous compared with the largest public APIs. */
export interface Limits {
  /** Bytes of one file. */
  readonly fileBytes: number;
  readonly files: number;
  /** Values of the whole document, those that aliases repeat counted each time. */
  readonly values: number;
  readonly depth: number;
  readonly operations: number;
}

export const limits: Limits = {
  fileBytes: 64 * 1024 * 1024,
  files: 20_000,
  values: 10_000_000,
  depth: 200,
  operations: 50_000,
};

/** Refuses what is too deep or too large to be gone through; gives how many values there are. */
export function assertSize(value: unknown, where: string, most: Limits = limits): number {
  const stack: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  let count = 0;
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    count += 1;
    if (count > most.values) {
      throw new Problem(
        `${where} has more than ${most.values.toLocaleString("en-US")} values.`,
        "It may repeat itself by aliases; nothing was generated.",
      );
    }
    if (at.depth > most.depth) {
      throw new Problem(`${where} is nested more than ${most.depth} deep.`, "Flatten it.");
    }
    if (typeof at.value !== "object" || at.value === null) continue;
    for (const member of Object.values(at.value)) {
      stack.push({ value: member, depth: at.depth + 1 });
    }
  }
  return count;
}
