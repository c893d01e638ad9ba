import { type Transport, toMetricAttributes, type Watched } from "./conventions.ts";
import { Names, other, type Subject } from "./names.ts";
import type { Exchange, Fault, Observation, Observe } from "./observation.ts";

/** Records a duration in seconds. */
export type Record = (seconds: number) => void;

/** Makes what takes the durations of one set of attributes. */
export type ToRecord = (attributes: Readonly<{ [name: string]: string }>) => Record;

/** Kinds of failure of one subject and revision; a server may answer with codes of its own. */
const maxFaults = 50;

/** The requests that are answered right now. */
export interface InFlight {
  count: number;
}

/** Measures every request; what records it is made once for each set of attributes. */
export function observeDurations(
  { surface, transport }: Watched,
  toRecord: ToRecord,
  inFlight: InFlight,
): Observe {
  const names = new Names(surface);
  const all = new Map<Subject, Durations>();
  return ({ method, params }: Exchange) => {
    const subject = names.find(method, params);
    let durations = all.get(subject);
    if (durations === undefined) {
      durations = new Durations(subject, transport, toRecord);
      all.set(subject, durations);
    }
    inFlight.count += 1;
    return new Measured(durations, inFlight);
  };
}

/** The durations of requests about one thing. */
class Durations {
  readonly #subject: Subject;
  readonly #transport: Transport;
  readonly #toRecord: ToRecord;
  readonly #well = new Map<string, Record>();
  readonly #failed = new Map<string, Record>();

  constructor(subject: Subject, transport: Transport, toRecord: ToRecord) {
    this.#subject = subject;
    this.#transport = transport;
    this.#toRecord = toRecord;
  }

  of(revision: string, fault: Fault | undefined): Record {
    if (fault !== undefined) return this.#ofFault(revision, fault);
    let found = this.#well.get(revision);
    if (found === undefined) {
      found = this.#toRecord(toMetricAttributes(this.#subject, revision, this.#transport));
      this.#well.set(revision, found);
    }
    return found;
  }

  #ofFault(revision: string, fault: Fault): Record {
    const key = `${revision} ${fault.type}`;
    const found = this.#failed.get(key);
    if (found !== undefined) return found;
    const isFull = this.#failed.size >= maxFaults && fault.type !== other;
    if (isFull) return this.#ofFault(revision, { type: other });
    const made = this.#toRecord(
      toMetricAttributes(this.#subject, revision, this.#transport, fault),
    );
    this.#failed.set(key, made);
    return made;
  }
}

class Measured implements Observation {
  readonly traceparent = undefined;
  readonly #durations: Durations;
  readonly #inFlight: InFlight;
  readonly #began = performance.now();
  #revision = "";

  constructor(durations: Durations, inFlight: InFlight) {
    this.#durations = durations;
    this.#inFlight = inFlight;
  }

  run<T>(work: () => T): T {
    return work();
  }

  accept(revision: string): void {
    this.#revision = revision;
  }

  end(fault?: Fault): void {
    this.#inFlight.count -= 1;
    const seconds = (performance.now() - this.#began) / 1_000;
    this.#durations.of(this.#revision, fault)(seconds);
  }
}
