import { register, type Metric } from 'prom-client';

/** What a metric is called and by what it is broken down. */
export interface LabelledMetricOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
}

/** Joins label values into a key; it cannot occur in a value, which is printable text. */
const SEPARATOR = '\u0000';

/** A value with its labels, as prom-client's registry prints it. */
interface Value {
  readonly metricName?: string;
  readonly labels: Record<string, string | number>;
  readonly value: number;
}

/**
 * A counter that costs a map look-up per increment.
 *
 * prom-client's own sorts and hashes the labels each time, which several times per request is more than the rest of
 * the accounting. Values are given in the order of the label names. It is printed by the same registry.
 */
export class LabelledCounter<Label extends string> {
  private readonly series = new Map<string, { readonly values: readonly string[]; count: number }>();

  constructor(private readonly options: LabelledMetricOptions<Label>) {
    publish(options, 'counter', () => this.samples());
  }

  /** Adds one to the series of these label values. */
  inc(...values: readonly string[]): void {
    const key = values.join(SEPARATOR);
    const held = this.series.get(key);
    if (held === undefined) this.series.set(key, { values, count: 1 });
    else held.count += 1;
  }

  private samples(): Value[] {
    const { labelNames } = this.options;
    return [...this.series.values()].map(({ values, count }) => ({
      labels: labelsOf(labelNames, values),
      value: count,
    }));
  }
}

/** A histogram with the economy of {@link LabelledCounter}. */
export class LabelledHistogram<Label extends string> {
  private readonly series = new Map<string, Distribution>();

  /** @param buckets Upper bounds, ascending. */
  constructor(
    private readonly options: LabelledMetricOptions<Label>,
    private readonly buckets: readonly number[],
  ) {
    publish(options, 'histogram', () => this.samples());
  }

  /** Adds one observation to the series of these label values. */
  observe(value: number, ...values: readonly string[]): void {
    const key = values.join(SEPARATOR);
    let distribution = this.series.get(key);
    if (distribution === undefined) {
      distribution = { values, counts: this.buckets.map(() => 0), sum: 0, count: 0 };
      this.series.set(key, distribution);
    }
    distribution.sum += value;
    distribution.count += 1;
    const bucket = this.buckets.findIndex((bound) => value <= bound);
    if (bucket !== -1) distribution.counts[bucket] = (distribution.counts[bucket] ?? 0) + 1;
  }

  private samples(): Value[] {
    const { name, labelNames } = this.options;
    return [...this.series.values()].flatMap(({ values, counts, sum, count }) => {
      const labels = labelsOf(labelNames, values);
      let cumulative = 0;
      const buckets = this.buckets.map((bound, index) => {
        cumulative += counts[index] ?? 0;
        return { metricName: `${name}_bucket`, labels: { le: bound, ...labels }, value: cumulative };
      });
      return [
        ...buckets,
        { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: count },
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ];
    });
  }
}

interface Distribution {
  readonly values: readonly string[];
  readonly counts: number[];
  sum: number;
  count: number;
}

function labelsOf(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? 'unknown']));
}

/** Hands a metric to prom-client's registry, which asks for its values when it is scraped. */
function publish(options: LabelledMetricOptions<string>, type: 'counter' | 'histogram', values: () => Value[]): void {
  const { name, help } = options;
  const metric = { name, help, get: () => Promise.resolve({ name, help, type, values: values(), aggregator: 'sum' }) };
  // The registry asks for no more than this; its type names the classes that it comes with.
  register.registerMetric(metric as unknown as Metric);
}
