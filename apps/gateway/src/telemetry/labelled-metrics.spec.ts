import { Counter, Histogram, register } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { LabelledCounter, LabelledHistogram } from './labelled-metrics.js';

afterEach(() => register.clear());

const BUCKETS = [0.1, 1, 10];

/** What prom-client's own metrics print for the same observations. */
async function reference(): Promise<string> {
  register.clear();
  const counter = new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['route', 'status'] });
  counter.inc({ route: '/a"b\\', status: '200' });
  counter.inc({ route: '/a"b\\', status: '200' });
  counter.inc({ route: '/c', status: '500' });
  const histogram = new Histogram({ name: 'seconds', help: 'Time.', labelNames: ['route'], buckets: BUCKETS });
  for (const value of [0.05, 0.1, 5, 50]) histogram.observe({ route: '/a' }, value);
  return register.metrics();
}

describe('labelled metrics', () => {
  it('print what prom-client’s own print', async () => {
    const expected = await reference();
    register.clear();
    const counter = new LabelledCounter({ name: 'requests_total', help: 'Requests.', labelNames: ['route', 'status'] });
    counter.inc('/a"b\\', '200');
    counter.inc('/a"b\\', '200');
    counter.inc('/c', '500');
    const histogram = new LabelledHistogram({ name: 'seconds', help: 'Time.', labelNames: ['route'] }, BUCKETS);
    for (const value of [0.05, 0.1, 5, 50]) histogram.observe(value, '/a');
    expect(await register.metrics()).toBe(expected);
  });

  it('refuse a name that is taken', () => {
    const options = { name: 'twice_total', help: 'Twice.', labelNames: [] };
    const first = new LabelledCounter(options);
    first.inc();
    expect(() => new LabelledCounter(options)).toThrow(/already been registered/);
  });
});
