import { createBundle } from '#gateway-protocol';
import { invariant } from '#kernel';
import type { CacheEntry } from './cache-entry.js';
import { EntryOutcomes, type KeyCacheParts, type LoadContext } from './entry-outcomes.js';
import { Flight } from './flight.js';
import { refusalOfStatus, type KeyLoader, type LoadOutcome } from './key-loader.js';
import type { ConfigAnswer } from './key-source.js';
import type { SharedKeys } from './l2/shared-keys.js';
import { denyKey, type Resolution } from './resolution.js';

/** How often a load is repeated because its key changed meanwhile; a key that changes faster is not served. */
const LOAD_ATTEMPTS_MAX = 3;

const OVERTAKEN: LoadOutcome = {
  kind: 'failed',
  step: 'transport',
  failure: { kind: 'bad_answer', detail: 'the key kept changing while it was loaded' },
};

const CUT_SHORT: LoadOutcome = {
  kind: 'failed',
  step: 'transport',
  failure: { kind: 'timeout', detail: 'the load was cut short by its time limit or by shutdown' },
};

interface RunningFlight {
  readonly flight: Flight;
  readonly answer: Promise<Resolution>;
  readonly background: boolean;
}

/** Asks the control plane about keys: one flight per key at a time, bounded in number and time. */
export class KeyRefresher {
  private readonly running = new Map<string, RunningFlight>();
  private backgroundCount = 0;
  private stopped = false;

  constructor(
    private readonly parts: KeyCacheParts,
    private readonly loader: KeyLoader,
    private readonly outcomes: EntryOutcomes,
  ) {}

  get flightCount(): number {
    return this.running.size;
  }

  /** The flight of a key for which nobody waits yet, if one is under way. It never rejects. */
  backgroundFlight(digest: string): Promise<unknown> | undefined {
    const running = this.running.get(digest);
    return running?.background === true ? running.answer : undefined;
  }

  /** Loads a key for a request that waits; joins the load under way, which must not be a background flight. */
  load(presentedKey: string, digest: string, timeoutMs: number): Resolution | Promise<Resolution> {
    const running = this.running.get(digest);
    if (running !== undefined) {
      invariant(!running.background, 'nobody takes the answer of a background flight');
      return running.answer;
    }
    const { foregroundLoadsMax } = this.parts.options;
    const full = this.running.size - this.backgroundCount >= foregroundLoadsMax;
    if (full) this.parts.events.record({ kind: 'loads_exhausted', loadsMax: foregroundLoadsMax });
    if (full || this.stopped) return this.answerWithoutAsking(digest);
    const { shared, store } = this.parts;
    const throughShared = shared !== undefined && store.peek(digest) === undefined;
    return this.start(digest, timeoutMs, false, (flight) =>
      throughShared
        ? this.runShared(flight, shared, presentedKey, digest)
        : this.runLoad(flight, presentedKey, digest, false),
    );
  }

  /** Starts a full refresh for which nobody waits, unless the key has a flight or too many run. */
  refresh(presentedKey: string, entry: CacheEntry): void {
    if (!this.mayStartBackground(entry.digest)) return;
    const { backgroundTimeoutMs } = this.parts.options;
    void this.start(entry.digest, backgroundTimeoutMs, true, (flight) =>
      this.runLoad(flight, presentedKey, entry.digest, true),
    );
  }

  /** Starts a refresh of the configuration only, under the same conditions. */
  refreshConfig(presentedKey: string, entry: CacheEntry): void {
    if (!this.mayStartBackground(entry.digest)) return;
    const { backgroundTimeoutMs } = this.parts.options;
    void this.start(entry.digest, backgroundTimeoutMs, true, (flight) => this.runConfig(flight, presentedKey, entry));
  }

  /** Cuts every flight and starts no more; resolves when the last one has landed. */
  async stop(): Promise<void> {
    this.stopped = true;
    const landing = [...this.running.values()].map((running) => {
      running.flight.cut();
      return running.answer;
    });
    await Promise.all(landing);
  }

  private mayStartBackground(digest: string): boolean {
    if (this.stopped || this.backgroundCount >= this.parts.options.backgroundLoadsMax) return false;
    return !this.running.has(digest);
  }

  private start(
    digest: string,
    timeoutMs: number,
    background: boolean,
    run: (flight: Flight) => Promise<Resolution>,
  ): Promise<Resolution> {
    const flight = new Flight(this.parts.clock, timeoutMs);
    if (background) this.backgroundCount += 1;
    const answer = run(flight)
      .catch((cause: unknown) => this.fault(digest, background, cause))
      .finally(() => {
        this.running.delete(digest);
        if (background) this.backgroundCount -= 1;
      });
    this.running.set(digest, { flight, answer, background });
    return answer;
  }

  private runLoad(flight: Flight, presentedKey: string, digest: string, background: boolean): Promise<Resolution> {
    const load = this.beginLoad(digest, background);
    return flight.run(
      (signal) => this.loadUntilCurrent(presentedKey, digest, background, signal),
      () => this.cutShort(load),
    );
  }

  /** Looks for the key in the shared store first, and asks the control plane for what that cannot answer for. */
  private runShared(flight: Flight, shared: SharedKeys, presentedKey: string, digest: string): Promise<Resolution> {
    const load = this.beginLoad(digest, false);
    return flight.run(
      async (signal) => {
        await shared.fill(digest, load.mark, signal);
        if (signal.aborted) return denyKey('auth_upstream_unavailable');
        const held = this.parts.store.peek(digest);
        if (held === undefined) return this.loadUntilCurrent(presentedKey, digest, false, signal);
        if (held.stateAt(this.parts.clock.now()) === 'fresh' && !held.mustCheck) return held.granted;
        return this.checkShared(presentedKey, digest, signal);
      },
      () => this.cutShort(load),
    );
  }

  /** Loads a key of which a shared entry is at hand: that is served when the control plane does not answer soon. */
  private async checkShared(presentedKey: string, digest: string, signal: AbortSignal): Promise<Resolution> {
    const load = this.beginLoad(digest, false);
    const flight = new Flight(this.parts.clock, this.parts.options.backgroundTimeoutMs);
    const cut = (): void => flight.cut();
    signal.addEventListener('abort', cut, { once: true });
    try {
      return await flight.run(
        (inner) => this.loadUntilCurrent(presentedKey, digest, false, inner),
        () => this.cutShort(load),
      );
    } finally {
      signal.removeEventListener('abort', cut);
    }
  }

  /** Repeats the load while the key changed under it: a slow answer must not bring a revoked key back. */
  private async loadUntilCurrent(
    presentedKey: string,
    digest: string,
    background: boolean,
    signal: AbortSignal,
  ): Promise<Resolution> {
    const { marks, events } = this.parts;
    for (let attempt = 1; ; attempt += 1) {
      const load = this.beginLoad(digest, background);
      const outcome = await this.loader.load(presentedKey, signal);
      // After a cut the flight is over, and what it brings is not ours to apply any more.
      if (signal.aborted) return denyKey('auth_upstream_unavailable');
      if (outcome.kind !== 'loaded') return this.outcomes.apply(load, outcome);
      const { vk_id: virtualKeyId, org_id: organizationId } = outcome.claims;
      const keyChanged = marks.keyChangedSince(virtualKeyId, load.mark);
      const surroundingsChanged = marks.organizationChangedSince(organizationId, true, load.mark);
      if (!keyChanged && !surroundingsChanged) return this.outcomes.apply(load, outcome);
      events.record({ kind: 'load_overtaken', virtualKeyId });
      // A key that itself keeps changing may be dead. One whose surroundings do is served, and checked by the next request.
      if (attempt === LOAD_ATTEMPTS_MAX) return this.outcomes.apply(load, keyChanged ? OVERTAKEN : outcome);
    }
  }

  private runConfig(flight: Flight, presentedKey: string, entry: CacheEntry): Promise<Resolution> {
    const load = this.beginLoad(entry.digest, true);
    return flight.run(
      async (signal) => {
        const answer = await this.loader.fetchConfig(entry.bundle.virtualKeyId, entry.etag, signal);
        if (signal.aborted) return entry.granted;
        // Gone or switched off: only resolving the key again tells which, and that is what decides.
        const doubtful = answer.kind === 'config' && refusalOfStatus(answer.config.status) !== undefined;
        if (answer.kind === 'not_found' || doubtful) {
          return this.loadUntilCurrent(presentedKey, entry.digest, true, signal);
        }
        this.applyConfig(entry, answer, load);
        return entry.granted;
      },
      () => this.cutShort(load),
    );
  }

  private applyConfig(
    entry: CacheEntry,
    answer: Exclude<ConfigAnswer, { kind: 'not_found' }>,
    load: LoadContext,
  ): void {
    const { store, schedule, events, shared } = this.parts;
    const overtaken = entry.changes !== load.changes;
    const checkedAtMs = load.startedAtMs;
    const { virtualKeyId } = entry.bundle;
    if (!store.holds(entry)) {
      events.record({ kind: 'config_refresh_dropped_stale', virtualKeyId });
      return;
    }
    if (answer.kind === 'unavailable') {
      schedule.configFailed(entry);
      events.record({ kind: 'config_refresh_failed', virtualKeyId, failure: answer.failure });
      return;
    }
    if (answer.kind === 'not_modified') {
      if (!overtaken) {
        schedule.configChecked(entry);
        entry.checkedAtMs = checkedAtMs;
        shared?.confirm(entry);
      }
      events.record({ kind: 'config_refresh_not_modified', virtualKeyId });
      return;
    }
    const { digest, tokenExpiresAtMs, resolvedAtMs } = entry;
    const { config, etag } = answer;
    const identity = entry.identity();
    const bundle = createBundle(identity, config);
    const origin = { digest, bundle, tokenExpiresAtMs, etag, resolvedAtMs, checkedAtMs };
    const successor = schedule.createSuccessor(entry, origin);
    successor.mustCheck = entry.mustCheck;
    if (overtaken) successor.markChanged(entry.mustCheck);
    store.put(successor);
    shared?.remember(successor, identity, config);
    events.record({ kind: 'config_refresh_success', virtualKeyId });
  }

  private beginLoad(digest: string, background: boolean): LoadContext {
    const changes = this.parts.store.peek(digest)?.changes;
    return { digest, startedAtMs: this.parts.clock.now(), mark: this.parts.marks.take(), changes, background };
  }

  private cutShort(load: LoadContext): Resolution {
    // At shutdown nothing was learned, so entries stay as they are.
    if (this.stopped) return this.answerWithoutAsking(load.digest);
    return this.outcomes.apply(load, CUT_SHORT);
  }

  /** A defect of ours must not end the process from a flight that nobody awaits: it is reported and handled as an outage. */
  private fault(digest: string, background: boolean, cause: unknown): Resolution {
    const failure = { kind: 'fault', detail: 'applying an answer failed', cause } as const;
    return this.outcomes.apply(this.beginLoad(digest, background), { kind: 'failed', step: 'transport', failure });
  }

  private answerWithoutAsking(digest: string): Resolution {
    const held = this.parts.store.peek(digest);
    const state = held?.stateAt(this.parts.clock.now());
    if (held !== undefined && (state === 'fresh' || state === 'stale')) return held.granted;
    return denyKey(state === 'key_expired' ? 'virtual_key_expired' : 'auth_upstream_unavailable');
  }
}
