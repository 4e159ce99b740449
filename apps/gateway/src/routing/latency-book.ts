import { LRUCache } from 'lru-cache';

/** How many pairs of provider and model, and how many models, are remembered. */
const REMEMBERED_MAX = 10_000;

/** Share of a new time in the average. */
const WEIGHT = 0.2;

/** Times of a model that its percentile is taken of. */
const SAMPLES = 64;

/** Fewer times than this say nothing about a percentile. */
const SAMPLES_MIN = 8;

/** How long models take to their first token, as this replica has seen it lately. */
export class LatencyBook {
  private readonly averages = new LRUCache<string, number>({ max: REMEMBERED_MAX });
  private readonly samples = new LRUCache<string, { readonly times: number[]; next: number }>({ max: REMEMBERED_MAX });

  /** Notes that a model at a provider took so many milliseconds. */
  observe(modelProviderId: string, model: string, firstTokenMs: number): void {
    const key = keyOf(modelProviderId, model);
    const average = this.averages.get(key);
    this.averages.set(key, average === undefined ? firstTokenMs : average + WEIGHT * (firstTokenMs - average));
    const held = this.samples.get(model);
    if (held === undefined) {
      this.samples.set(model, { times: [firstTokenMs], next: 1 });
    } else {
      held.times[held.next % SAMPLES] = firstTokenMs;
      held.next += 1;
    }
  }

  /** The moving average of a model at a provider, in milliseconds; undefined when it was never seen. */
  averageMs(modelProviderId: string, model: string): number | undefined {
    return this.averages.get(keyOf(modelProviderId, model));
  }

  /** The time that 95 of 100 first tokens of a model need at most; undefined while too few were seen. */
  p95Ms(model: string): number | undefined {
    const held = this.samples.get(model);
    if (held === undefined || held.times.length < SAMPLES_MIN) return undefined;
    const sorted = [...held.times].sort((left, right) => left - right);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))];
  }
}

function keyOf(modelProviderId: string, model: string): string {
  return `${modelProviderId}\n${model}`;
}
