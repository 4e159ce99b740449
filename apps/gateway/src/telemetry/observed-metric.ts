import { Counter, Gauge } from 'prom-client';

/** One sample of an observed metric. */
export interface Sample {
  /** A value for each of the metric's label names. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric whose values live elsewhere and are read when it is scraped. */
export interface ObservedMetric {
  /** A counter only ever grows. */
  readonly kind: 'gauge' | 'counter';
  readonly name: string;
  readonly help: string;
  /** Default: none. */
  readonly labelNames?: readonly string[];
  /** Called at each scrape; must be cheap. */
  samples(): Iterable<Sample>;
}

/** Registers a metric that costs nothing until it is scraped. */
export function observeMetric({ kind, name, help, labelNames = [], samples }: ObservedMetric): void {
  const options = { name, help, labelNames: [...labelNames], collect };
  const metric: Gauge | Counter = kind === 'gauge' ? new Gauge(options) : new Counter(options);
  function collect(): void {
    metric.reset();
    for (const { labels, value } of samples()) metric.inc({ ...labels }, value);
  }
}
