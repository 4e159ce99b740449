import type { BootstrapEntry, BootstrapPage, Bundle } from '#gateway-protocol';
import { invariant, type Clock, type Random } from '#kernel';
import type { BootstrapEnd } from './bootstrap-end.js';
import type { ChangeFeed } from '../change-feed.js';
import type { KeyCacheEvents } from '../key-cache-events.js';
import type { KeyCache } from '../key-cache.js';
import { failureOf } from '../key-loader.js';
import type { SourceFailure } from '../key-source.js';
import type { BootstrapAnswer, BootstrapSource } from './bootstrap-source.js';
import type { PreloadMoment } from './preload.js';

/** What a {@link Bootstrap} needs from outside. */
export interface BootstrapPorts {
  readonly source: BootstrapSource;
  readonly cache: KeyCache;
  /** Follows the organizations of the keys from the revision of their page, so that no change is missed. */
  readonly feed: ChangeFeed;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: KeyCacheEvents;
  /** Called with each bundle that was taken in. Default: nobody wants to know. */
  readonly onLoaded?: (bundle: Bundle) => void;
}

/** Limits and times of a {@link Bootstrap}; every field has a default. */
export interface BootstrapOptions {
  /** How long the control plane may be away, counted from the last page, before the gateway starts without. Default 30,000. */
  readonly giveUpAfterMs: number;
  /** The longest pause after a failed page; it doubles from 250. Default 5,000. */
  readonly backoffMaxMs: number;
  /** Keys taken in without letting anything else run. Default 250. */
  readonly keysPerTurn: number;
}

/** What a bootstrap did. */
export interface BootstrapReport {
  readonly end: BootstrapEnd;
  readonly pages: number;
  /** Keys taken in. */
  readonly keys: number;
  /** Keys that were not, because they were held, had changed, had ended or could not be read; each resolves when presented. */
  readonly skipped: number;
  readonly durationMs: number;
}

/** The values of options that are not given. */
export const BOOTSTRAP_DEFAULTS: BootstrapOptions = Object.freeze({
  giveUpAfterMs: 30_000,
  backoffMaxMs: 5_000,
  keysPerTurn: 250,
});

const BACKOFF_BASE_MS = 250;

/**
 * Fills a key cache with every active key before the first request, page by page, the next one on its way while one is
 * taken in.
 *
 * What is held stays, and what changed meanwhile is left to be resolved; the cache is never filled beyond its size.
 */
export class Bootstrap {
  private readonly options: BootstrapOptions;

  constructor(
    private readonly ports: BootstrapPorts,
    options: Partial<BootstrapOptions> = {},
  ) {
    this.options = { ...BOOTSTRAP_DEFAULTS, ...options };
    const { giveUpAfterMs, backoffMaxMs, keysPerTurn } = this.options;
    invariant(giveUpAfterMs >= 0 && backoffMaxMs > 0 && keysPerTurn > 0, 'limits of a bootstrap must be positive');
  }

  /**
   * Runs once, to its end. Never rejects but with the reason of `signal`.
   *
   * @param onProgress Takes one sentence about what is going on.
   */
  async run(onProgress: (detail: string) => void, signal: AbortSignal): Promise<BootstrapReport> {
    const { clock, feed, events } = this.ports;
    const startedAtMs = clock.monotonicMs();
    const ended = new AbortController();
    const run: Run = { pages: 0, keys: 0, skipped: 0, onProgress, signal: AbortSignal.any([signal, ended.signal]) };
    try {
      const end = await this.takeAll(run);
      signal.throwIfAborted();
      const { pages, keys, skipped } = run;
      const report = { end, pages, keys, skipped, durationMs: Math.round(clock.monotonicMs() - startedAtMs) };
      events.record({ kind: 'bootstrap_ended', ...report });
      return report;
    } finally {
      ended.abort();
      feed.settleStarts();
    }
  }

  private async takeAll(run: Run): Promise<BootstrapEnd> {
    const seen = new Set<string>();
    let fetching = this.fetchUntilAnswered(undefined, run);
    for (;;) {
      const fetched = await fetching;
      if (fetched.kind !== 'page') return fetched.kind;
      const { page, moment } = fetched;
      const { nextCursor } = page;
      // A cursor that comes back would go round for ever.
      const isLast = nextCursor === null || seen.has(nextCursor);
      if (!isLast) {
        seen.add(nextCursor);
        fetching = this.fetchUntilAnswered(nextCursor, run);
      }
      for (const [organizationId, revision] of Object.entries(page.revisions)) {
        this.ports.feed.startAt(organizationId, revision);
      }
      const filled = await this.take(page, moment, run);
      run.pages += 1;
      run.onProgress(`${run.keys} keys loaded`);
      if (filled) return 'full';
      if (isLast) return 'complete';
    }
  }

  /** @returns Whether the cache is full. */
  private async take(page: BootstrapPage, moment: PreloadMoment, run: Run): Promise<boolean> {
    const { clock } = this.ports;
    let read = 0;
    for (const entry of page.entries) {
      read += 1;
      if (!this.takeOne(entry, moment, run)) return true;
      if (read % this.options.keysPerTurn === 0) await clock.sleep(0, run.signal);
    }
    run.skipped += Math.max(0, page.keyCount - read);
    return false;
  }

  /** @returns Whether there was room for it. */
  private takeOne(entry: BootstrapEntry, moment: PreloadMoment, run: Run): boolean {
    const outcome = this.ports.cache.preload(entry, moment);
    if (outcome.kind === 'full') return false;
    if (outcome.kind === 'added') {
      run.keys += 1;
      this.ports.onLoaded?.(outcome.bundle);
    } else {
      run.skipped += 1;
    }
    return true;
  }

  /** Asks for a page until there is an answer that decides something. Never rejects: it may run while nobody waits. */
  private async fetchUntilAnswered(cursor: string | undefined, run: Run): Promise<Fetched> {
    const { clock, cache, events } = this.ports;
    const since = clock.monotonicMs();
    for (let failures = 1; ; failures += 1) {
      const moment = cache.preloadMoment();
      const answer = await this.fetchPage(cursor, run.signal);
      if (run.signal.aborted) return { kind: 'gave_up' };
      if (answer.kind === 'page') return { kind: 'page', page: answer.page, moment };
      if (answer.kind === 'not_supported') return { kind: 'not_supported' };
      const { failure } = answer;
      const retryInMs = this.pauseAfter(failures);
      const isOver = clock.monotonicMs() - since + retryInMs > this.options.giveUpAfterMs;
      if (failure.kind === 'secret_refused') events.record({ kind: 'control_plane_secret_refused', failure });
      events.record({ kind: 'bootstrap_page_failed', failure, retryInMs: isOver ? undefined : retryInMs });
      if (isOver) return { kind: 'gave_up' };
      run.onProgress(`${run.keys} keys loaded, the control plane gives no more for now: ${failure.detail}`);
      await clock.sleep(retryInMs, run.signal).catch(() => undefined);
    }
  }

  private async fetchPage(
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<BootstrapAnswer | { readonly kind: 'unavailable'; readonly failure: SourceFailure }> {
    try {
      return await this.ports.source.fetchPage(cursor, signal);
    } catch (cause) {
      return { kind: 'unavailable', failure: failureOf(cause, signal) };
    }
  }

  private pauseAfter(failures: number): number {
    const longestMs = Math.min(this.options.backoffMaxMs, BACKOFF_BASE_MS * 2 ** Math.min(failures - 1, 20));
    // At least half of the pause stays, so that a fleet that starts together does not ask in step.
    return longestMs * (0.5 + this.ports.random.next() / 2);
  }
}

/** A run in progress. */
interface Run {
  pages: number;
  keys: number;
  skipped: number;
  readonly onProgress: (detail: string) => void;
  readonly signal: AbortSignal;
}

type Fetched =
  | { readonly kind: 'page'; readonly page: BootstrapPage; readonly moment: PreloadMoment }
  | { readonly kind: 'not_supported' | 'gave_up' };
