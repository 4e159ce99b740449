/** The samples of a Prometheus page, by name and labels as they stand there. */
export class MetricsPage {
  private readonly samples = new Map<string, number>();

  constructor(readonly text: string) {
    for (const line of text.split('\n')) {
      const match = /^([a-zA-Z_:][^ ]*(?:\{.*\})?) ([^ ]+)$/.exec(line);
      if (match?.[1] !== undefined) this.samples.set(match[1], Number(match[2]));
    }
  }

  /** The names that the page documents, whether they have samples or not. */
  get names(): readonly string[] {
    return [...this.text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name ?? '');
  }

  /** The sum over all samples of `name` that have all of `labels`; 0 when there are none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    let sum = 0;
    for (const [key, value] of this.samples) {
      const isNamed = key === name || key.startsWith(`${name}{`);
      if (isNamed && wanted.every((label) => key.includes(label))) sum += value;
    }
    return sum;
  }
}
