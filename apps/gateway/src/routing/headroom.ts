import type { IncomingHttpHeaders } from 'node:http';
import { Clock } from '#kernel';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { readRetryAfter } from '../relay/retry-after.js';

/** How many model providers are remembered. */
const REMEMBERED_MAX = 10_000;

/** How long a provider without room is left alone that does not say how long. */
const REST_MS_DEFAULT = 1_000;

/** The longest that one answer keeps a provider at the end of the line. */
const REST_MS_MAX = 60_000;

/** Headers by which vendors tell what is left of a limit, and when it is full again. */
const LIMITS: readonly (readonly [remaining: string, reset: string])[] = [
  ['x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  ['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
  ['anthropic-ratelimit-requests-remaining', 'anthropic-ratelimit-requests-reset'],
  ['anthropic-ratelimit-tokens-remaining', 'anthropic-ratelimit-tokens-reset'],
  ['anthropic-ratelimit-input-tokens-remaining', 'anthropic-ratelimit-input-tokens-reset'],
  ['anthropic-ratelimit-output-tokens-remaining', 'anthropic-ratelimit-output-tokens-reset'],
];

/** Reads in passing what providers say of their rate limits: who has no room now goes to the end of the line. */
@Injectable()
export class Headroom {
  /** When there is room again, in milliseconds since the epoch, by model provider id. */
  private readonly fullAgainAtMs = new LRUCache<string, number>({ max: REMEMBERED_MAX });

  constructor(private readonly clock: Clock) {}

  /** Looks at the head of an answer. */
  observe(modelProviderId: string, status: number, headers: IncomingHttpHeaders): void {
    const nowMs = this.clock.now();
    const atMs = status === 429 ? restUntil(headers, nowMs) : usedUpUntil(headers, nowMs);
    if (atMs !== undefined) this.fullAgainAtMs.set(modelProviderId, Math.min(atMs, nowMs + REST_MS_MAX));
    else if (this.fullAgainAtMs.size > 0) this.fullAgainAtMs.delete(modelProviderId);
  }

  /** Whether a request to the provider may be expected to fit into its limits. True when nothing is known. */
  has(modelProviderId: string): boolean {
    const atMs = this.fullAgainAtMs.size === 0 ? undefined : this.fullAgainAtMs.get(modelProviderId);
    return atMs === undefined || atMs <= this.clock.now();
  }
}

function restUntil(headers: IncomingHttpHeaders, nowMs: number): number {
  return nowMs + (readRetryAfter(headers, nowMs) ?? REST_MS_DEFAULT);
}

function usedUpUntil(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  let latestMs: number | undefined;
  for (const [remaining, reset] of LIMITS) {
    if (headers[remaining] !== '0') continue;
    const atMs = readReset(headers[reset], nowMs) ?? nowMs + REST_MS_DEFAULT;
    // All limits that are used up must be full again.
    latestMs = Math.max(atMs, latestMs ?? 0);
  }
  return latestMs;
}

/** A reset as vendors write it: `6m0s`, `250ms`, `1.5s`, seconds, or a date. */
function readReset(header: string | string[] | undefined, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const duration = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/.exec(
    header,
  );
  if (duration !== null && header !== '') {
    const [, hours = 0, minutes = 0, seconds = 0, milliseconds = 0] = duration;
    return nowMs + Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(milliseconds);
  }
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return nowMs + seconds * 1000;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
