import type { Sample, Standing } from "./result.ts";

/** Something measured together with others, round after round. */
export interface Contender {
  readonly name: string;
  /** Starts it and warms it up. */
  open(): Promise<Measurable>;
}

export interface Measurable {
  measure(): Promise<Sample>;
  close(): Promise<void>;
}

interface Seat {
  readonly name: string;
  readonly samples: Sample[];
  opened?: Measurable;
  failure?: string;
}

/**
 * Measures the contenders in turn, round after round and every other round backwards, so that
 * what else the machine does falls on all of them alike. One that fails sits out what is left.
 */
export async function interleave(
  contenders: readonly Contender[],
  rounds: number,
): Promise<Standing[]> {
  const seats = contenders.map((contender) => {
    const seat: Seat = { name: contender.name, samples: [] };
    return { seat, contender };
  });
  try {
    for (const { seat, contender } of seats) {
      await attempt(seat, async () => {
        seat.opened = await contender.open();
      });
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const { seat } of round % 2 === 0 ? seats : seats.toReversed()) {
        const { opened } = seat;
        if (opened === undefined || seat.failure !== undefined) continue;
        await attempt(seat, async () => {
          seat.samples.push(await opened.measure());
        });
      }
    }
  } finally {
    for (const { seat } of seats) await seat.opened?.close();
  }
  return seats.map(({ seat }) => ({
    contender: seat.name,
    samples: seat.samples,
    ...(seat.failure !== undefined && { failure: seat.failure }),
  }));
}

/** As `interleave`, of one contender and in one round. */
export function measureOnce(name: string, measure: () => Promise<Sample>): Promise<Standing[]> {
  const open = async () => ({ measure, close: async () => undefined });
  return interleave([{ name, open }], 1);
}

async function attempt(seat: Seat, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    seat.failure = error instanceof Error ? error.message : String(error);
  }
}
