import type { RateLimits } from '#gateway-protocol';
import type { Clock } from '#kernel';
import { LRUCache } from 'lru-cache';
import { TokenBucket } from './token-bucket.js';

/** Virtual keys whose buckets are kept; the least recently used starts anew with full ones. */
export const RATE_LIMITED_KEYS_MAX = 50_000;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The ceiling that a request hit; the word of the response header and the metric. */
export type RateLimitDimension = 'rpm' | 'rpd';

/** Whether a request may go on now. */
export type RateDecision =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly dimension: RateLimitDimension;
      readonly limit: number;
      readonly retryAfterSeconds: number;
    };

const ALLOWED: RateDecision = Object.freeze({ ok: true });

interface KeyBuckets {
  readonly limits: RateLimits;
  readonly perMinute: TokenBucket | undefined;
  readonly perDay: TokenBucket | undefined;
}

/**
 * Request ceilings per virtual key, counted by this replica alone (contract 6).
 *
 * A key may burst up to its ceiling and then goes on at the ceiling's rate. A request that the day's ceiling refuses
 * does not use up the minute's. A changed ceiling starts with full buckets.
 */
export class RateLimiter {
  private readonly buckets = new LRUCache<string, KeyBuckets>({ max: RATE_LIMITED_KEYS_MAX });

  constructor(private readonly clock: Clock) {}

  /** Counts one request of a key, unless it is refused. */
  take(virtualKeyId: string, limits: RateLimits): RateDecision {
    const { requestsPerMinute, requestsPerDay } = limits;
    if (requestsPerMinute === null && requestsPerDay === null) return ALLOWED;
    const { perMinute, perDay } = this.bucketsOf(virtualKeyId, limits);
    const nowMs = this.clock.monotonicMs();
    const minuteWaitMs = perMinute?.take(nowMs) ?? 0;
    if (minuteWaitMs > 0) return refusal('rpm', requestsPerMinute, minuteWaitMs);
    const dayWaitMs = perDay?.take(nowMs) ?? 0;
    if (dayWaitMs === 0) return ALLOWED;
    perMinute?.giveBack();
    return refusal('rpd', requestsPerDay, dayWaitMs);
  }

  private bucketsOf(virtualKeyId: string, limits: RateLimits): KeyBuckets {
    const held = this.buckets.get(virtualKeyId);
    const unchanged =
      held?.limits.requestsPerMinute === limits.requestsPerMinute &&
      held.limits.requestsPerDay === limits.requestsPerDay;
    if (held !== undefined && unchanged) return held;
    const nowMs = this.clock.monotonicMs();
    const bucket = (count: number | null, periodMs: number): TokenBucket | undefined =>
      count === null ? undefined : new TokenBucket(count, periodMs, nowMs);
    const fresh = {
      limits,
      perMinute: bucket(limits.requestsPerMinute, MINUTE_MS),
      perDay: bucket(limits.requestsPerDay, DAY_MS),
    };
    this.buckets.set(virtualKeyId, fresh);
    return fresh;
  }
}

function refusal(dimension: RateLimitDimension, limit: number | null, waitMs: number): RateDecision {
  return { ok: false, dimension, limit: limit ?? 0, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) };
}
