import { invariant } from '#kernel';

/** Limits and times of a {@link KeyCache}; every field has a default. */
export interface KeyCacheOptions {
  /** Keys held at most; the least recently used goes first. Default 50,000. */
  readonly maxEntries: number;
  /** How far a failed refresh pushes the soft expiry, never past the hard cap. Default 300,000 (5 minutes). */
  readonly softBumpMs: number;
  /** How long past the token's expiry a key is served while the control plane is away. Negative: never. Default 6 hours. */
  readonly hardGraceMs: number;
  /** Age at which a configuration is asked for again on the next hit. Negative: never by age. Default 60,000. */
  readonly configTtlMs: number;
  /** How long before the soft expiry a hit starts a full background refresh. Default 300,000 (5 minutes). */
  readonly refreshThresholdMs: number;
  /** Share of the two times above that is randomised per entry, 0 to 1, so that keys do not refresh in step. Default 0.2. */
  readonly refreshJitter: number;
  /** How long after a failed full refresh the next one may start. Default 30,000. */
  readonly refreshRetryMs: number;
  /** Limit of a refresh for which nobody waits, or whose waiters hold a usable bundle. Default 2,000. */
  readonly backgroundTimeoutMs: number;
  /** Limit of a load without which a request cannot be served. Default 10,000. */
  readonly foregroundTimeoutMs: number;
  /** Loads at a time for requests that wait; further ones are told to come back. Default 1,000. */
  readonly foregroundLoadsMax: number;
  /** Background refreshes at a time; when all run, a hit just starts none. Default 64. */
  readonly backgroundLoadsMax: number;
  /** How long an unknown key is refused without asking again. 0 or negative: always ask. Default 5,000. */
  readonly negativeTtlMs: number;
  /** Unknown keys remembered at most. Default 10,000. */
  readonly negativeMaxEntries: number;
  /** How far the clocks of replicas may differ, milliseconds. Only with a shared store. Default 5,000. */
  readonly sharedClockSkewMs: number;
  /** Writes to the shared store at a time. Default 16. */
  readonly sharedWritesRunningMax: number;
  /** Writes to the shared store that may wait; further ones are given up and counted. Default 1,000. */
  readonly sharedWritesMax: number;
  /** Virtual keys, organizations and refused keys whose last change is remembered, each. Default 10,000. */
  readonly sharedSubjectsMax: number;
}

/** The values of options that are not given. */
export const KEY_CACHE_DEFAULTS: KeyCacheOptions = Object.freeze({
  maxEntries: 50_000,
  softBumpMs: 300_000,
  hardGraceMs: 21_600_000,
  configTtlMs: 60_000,
  refreshThresholdMs: 300_000,
  refreshJitter: 0.2,
  refreshRetryMs: 30_000,
  backgroundTimeoutMs: 2_000,
  foregroundTimeoutMs: 10_000,
  foregroundLoadsMax: 1_000,
  backgroundLoadsMax: 64,
  negativeTtlMs: 5_000,
  negativeMaxEntries: 10_000,
  sharedClockSkewMs: 5_000,
  sharedWritesRunningMax: 16,
  sharedWritesMax: 1_000,
  sharedSubjectsMax: 10_000,
});

const POSITIVE_INTEGERS = [
  'maxEntries',
  'foregroundLoadsMax',
  'backgroundLoadsMax',
  'negativeMaxEntries',
  'sharedWritesRunningMax',
  'sharedWritesMax',
  'sharedSubjectsMax',
] as const;
const POSITIVE_TIMES = ['softBumpMs', 'refreshRetryMs', 'backgroundTimeoutMs', 'foregroundTimeoutMs'] as const;

/**
 * Completes options with their defaults.
 *
 * @throws {InvariantError} for a value that could not work; whoever reads settings from people checks them earlier.
 */
export function completeKeyCacheOptions(options: Partial<KeyCacheOptions>): KeyCacheOptions {
  const complete = { ...KEY_CACHE_DEFAULTS, ...options };
  for (const name of POSITIVE_INTEGERS) {
    invariant(Number.isSafeInteger(complete[name]) && complete[name] > 0, `${name} must be a positive integer`);
  }
  for (const name of POSITIVE_TIMES) invariant(complete[name] > 0, `${name} must be a positive number`);
  invariant(complete.sharedClockSkewMs >= 0, 'sharedClockSkewMs must not be negative');
  invariant(complete.refreshThresholdMs >= 0, 'refreshThresholdMs must not be negative');
  invariant(complete.refreshJitter >= 0 && complete.refreshJitter <= 1, 'refreshJitter must be between 0 and 1');
  for (const time of [complete.hardGraceMs, complete.configTtlMs, complete.negativeTtlMs]) {
    invariant(Number.isFinite(time), 'times must be finite numbers');
  }
  return complete;
}
