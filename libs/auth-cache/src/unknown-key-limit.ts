import type { Clock } from '#kernel';
import { LRUCache } from 'lru-cache';
import type { KeyCacheEvents } from './key-cache-events.js';
import { digestKey } from './key-digest.js';
import { KeySource, type ConfigAnswer, type ResolveAnswer } from './key-source.js';

/** How many unknown keys a gateway asks its source about. Every field has a default. */
export interface UnknownKeyLimitOptions {
  /** Answers "no such key" per second that are asked for in the long run. Default 20. */
  readonly perSecond: number;
  /** Such answers that may come at once after a quiet time. Default 100. */
  readonly burst: number;
  /** Good keys that are remembered, and asked about whatever else is presented. Default 50,000. */
  readonly knownKeysMax: number;
  /** The least time between two reports of a flood, milliseconds. Default 10,000. */
  readonly reportIntervalMs: number;
}

/** The values of options that are not given. */
export const UNKNOWN_KEY_LIMIT_DEFAULTS: UnknownKeyLimitOptions = Object.freeze({
  perSecond: 20,
  burst: 100,
  knownKeysMax: 50_000,
  reportIntervalMs: 10_000,
});

/**
 * Keeps a flood of keys that nobody issued, each another one, away from the control plane: remembering which keys are
 * unknown is no help against keys that come once.
 *
 * Only the answer "no such key" uses the limit up, so any number of good keys may be cold at the same time, as after a
 * start. While it is used up, a key that was never seen to be good is told to come back, which is a 503 and not a 401:
 * nobody has asked whether it is good. Keys held in memory do not come here at all. Questions that are under way when
 * the limit is reached are let through and count against what follows.
 */
export class UnknownKeyLimit extends KeySource {
  private readonly options: UnknownKeyLimitOptions;
  private readonly knownDigests: LRUCache<string, true>;
  private tokens: number;
  private filledAtMs: number;
  private refused = 0;
  private reportedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly source: KeySource,
    private readonly clock: Clock,
    private readonly events: KeyCacheEvents,
    options: Partial<UnknownKeyLimitOptions> = {},
  ) {
    super();
    this.options = { ...UNKNOWN_KEY_LIMIT_DEFAULTS, ...options };
    this.knownDigests = new LRUCache({ max: this.options.knownKeysMax });
    this.tokens = this.options.burst;
    this.filledAtMs = clock.monotonicMs();
  }

  override async resolveKey(presentedKey: string, signal: AbortSignal): Promise<ResolveAnswer> {
    const digest = digestKey(presentedKey);
    if (this.refill() < 1 && !this.knownDigests.has(digest)) return this.refuse();
    const answer = await this.source.resolveKey(presentedKey, signal);
    if (answer.kind === 'resolved') this.knownDigests.set(digest, true);
    if (answer.kind === 'refused' && answer.reason === 'invalid_api_key') {
      this.knownDigests.delete(digest);
      // Below zero too: what was under way when the limit was reached is paid back before the next one is asked about.
      this.tokens -= 1;
    }
    return answer;
  }

  override fetchConfig(virtualKeyId: string, etag: string | undefined, signal: AbortSignal): Promise<ConfigAnswer> {
    return this.source.fetchConfig(virtualKeyId, etag, signal);
  }

  private refill(): number {
    const { perSecond, burst } = this.options;
    const nowMs = this.clock.monotonicMs();
    this.tokens = Math.min(burst, this.tokens + ((nowMs - this.filledAtMs) * perSecond) / 1000);
    this.filledAtMs = nowMs;
    return this.tokens;
  }

  private refuse(): ResolveAnswer {
    this.refused += 1;
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.reportedAtMs >= this.options.reportIntervalMs) {
      this.events.record({ kind: 'unknown_keys_limited', refused: this.refused, perSecond: this.options.perSecond });
      this.reportedAtMs = nowMs;
      this.refused = 0;
    }
    return {
      kind: 'unavailable',
      failure: { kind: 'limited', detail: 'too many unknown keys were presented, so this one was not asked about' },
    };
  }
}
