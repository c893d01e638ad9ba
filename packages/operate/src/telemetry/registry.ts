/** Names and values of a series. */
export type Labels = Readonly<Record<string, string>>;

/** What is counted, and how it is written down. */
interface Facts {
  /** In Prometheus form, with its unit and without `_total`: `mcp_server_operation_duration_seconds`. */
  readonly name: string;
  readonly help: string;
  /** The unit that ends the name. */
  readonly unit?: "seconds" | "bytes" | "ratio";
}

/** A form of the text: Prometheus 0.0.4 or OpenMetrics 1.0.0. */
export type Form = "prometheus" | "openmetrics";

interface Metric {
  write(form: Form): string;
}

/**
 * What this process counts, as the text that Prometheus reads. Everything a call touches is made
 * before: a call adds to numbers that it was given.
 */
export class Registry {
  readonly #metrics: Metric[] = [];

  /** Counts what happens. */
  counter(facts: Facts): Counter {
    return this.#add(new Counter(facts));
  }

  /** Reads a value when the metrics are asked for. */
  gauge(facts: Facts, read: () => number): void {
    this.gauges(facts, () => [[{}, read()]]);
  }

  /** As `gauge`, for a value of each of several sets of labels. */
  gauges(facts: Facts, read: () => Iterable<readonly [Labels, number]>): void {
    const line = ([labels, value]: readonly [Labels, number]) =>
      `${facts.name}${toText(labels)} ${toNumber(value)}\n`;
    this.#add({
      write: (form) => `${toHead(facts, "gauge", form)}${[...read()].map(line).join("")}`,
    });
  }

  /** As `gauge`, for a value that only grows. */
  total(facts: Facts, read: () => number): void {
    const { name } = facts;
    this.#add({
      write: (form) => `${toHead(facts, "counter", form)}${name}_total ${toNumber(read())}\n`,
    });
  }

  /** Distributes values over buckets with these upper bounds. */
  histogram(facts: Facts, bounds: readonly number[]): Histogram {
    return this.#add(new Histogram(facts, bounds));
  }

  /** Facts about the whole process, as labels of a series that is always 1 (OpenMetrics `info`). */
  info(name: string, help: string, labels: Labels): void {
    this.#add({
      write: (form) => {
        const type = form === "openmetrics" ? "info" : "gauge";
        const head = form === "openmetrics" ? name : `${name}_info`;
        return `# HELP ${head} ${help}\n# TYPE ${head} ${type}\n${name}_info${toText(labels)} 1\n`;
      },
    });
  }

  /** All of it, in the order in which it was made. */
  write(form: Form): string {
    const text = this.#metrics.map((metric) => metric.write(form)).join("");
    return form === "openmetrics" ? `${text}# EOF\n` : text;
  }

  #add<T extends Metric>(metric: T): T {
    this.#metrics.push(metric);
    return metric;
  }
}

/** Something that is counted, by labels. */
export class Counter implements Metric {
  readonly #facts: Facts;
  readonly #values = new Map<string, number>();

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  add(labels: Labels, by = 1): void {
    const key = toText(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + by);
  }

  write(form: Form): string {
    const { name } = this.#facts;
    const lines = [...this.#values].map(([labels, value]) => `${name}_total${labels} ${value}\n`);
    return `${toHead(this.#facts, "counter", form)}${lines.join("")}`;
  }
}

/** Values distributed over buckets, by labels. */
export class Histogram implements Metric {
  readonly #facts: Facts;
  readonly #bounds: readonly number[];
  readonly #series: Series[] = [];

  constructor(facts: Facts, bounds: readonly number[]) {
    this.#facts = facts;
    this.#bounds = bounds;
  }

  /** A series of its own for these labels: make it once and keep it. */
  series(labels: Labels): Series {
    const series = new Series(labels, this.#bounds);
    this.#series.push(series);
    return series;
  }

  write(form: Form): string {
    const parts = this.#series.map((series) => series.write(this.#facts.name, form));
    return `${toHead(this.#facts, "histogram", form)}${parts.join("")}`;
  }
}

/** The values of one set of labels. */
export class Series {
  readonly #labels: Labels;
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.#labels = labels;
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let index = 0;
    // Most values are in the first bucket: a search by halves would take longer.
    while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }

  write(name: string, form: Form): string {
    let lines = "";
    let count = 0;
    for (const [index, bound] of [...this.#bounds, Number.POSITIVE_INFINITY].entries()) {
      count += this.#counts[index] ?? 0;
      const le = form === "openmetrics" ? toFloat(bound) : toNumber(bound);
      lines += `${name}_bucket${toText({ ...this.#labels, le })} ${count}\n`;
    }
    const labels = toText(this.#labels);
    return `${lines}${name}_sum${labels} ${toNumber(this.#sum)}\n${name}_count${labels} ${count}\n`;
  }
}

/** OpenMetrics names the family of a counter without the end that its samples have. */
function toHead({ name: family, help, unit }: Facts, type: string, form: Form): string {
  const name = type === "counter" && form === "prometheus" ? `${family}_total` : family;
  const head = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  return form === "openmetrics" && unit ? `${head}# UNIT ${name} ${unit}\n` : head;
}

function toText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function toNumber(value: number): string {
  return value === Number.POSITIVE_INFINITY ? "+Inf" : String(value);
}

/** OpenMetrics writes a bound as a float, even a whole one. */
function toFloat(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : toNumber(value);
}
