import { InvariantError, VirtualClock } from '#kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BreakerRegistry } from './breaker-registry.js';
import { OUTCOME_TABLE, type FailureKind, type OutcomeKind } from './outcome-table.js';
import { walk, type AttemptResult, type WalkEvent, type WalkOptions, type WalkResult } from './walk.js';

type Options = WalkOptions<string, string, string>;
interface Walked {
  readonly result: WalkResult<string, string, string>;
  readonly attempted: string[];
  readonly events: WalkEvent<string>[];
}

const FAILURE_KINDS = Object.keys(OUTCOME_TABLE).filter(
  (kind): kind is FailureKind => kind !== 'success' && kind !== 'interrupted',
);

function failed(kind: FailureKind): AttemptResult<string, string> {
  return { kind, failure: `failure ${kind}` };
}

/** Walks over candidates that answer as `script` says; a candidate that is not in it serves. */
async function run(
  candidates: readonly string[],
  script: Readonly<Record<string, FailureKind>>,
  change: Partial<Options> = {},
): Promise<Walked> {
  const attempted: string[] = [];
  const events: WalkEvent<string>[] = [];
  const clock = new VirtualClock();
  const result = await walk<string, string, string>({
    candidates,
    breakerIdOf: (candidate) => candidate,
    attempt: async (candidate) => {
      attempted.push(candidate);
      await clock.advance(5);
      const kind = script[candidate];
      return kind === undefined ? { kind: 'success', value: `answer of ${candidate}` } : failed(kind);
    },
    breakers: new BreakerRegistry({ clock }),
    signal: new AbortController().signal,
    clock,
    onEvent: (event) => events.push(event),
    ...change,
  });
  return { result, attempted, events };
}

function withOpenBreakers(...ids: string[]): BreakerRegistry {
  const breakers = new BreakerRegistry({ clock: new VirtualClock(), config: { threshold: 1 } });
  for (const id of ids) breakers.recordFailure(id);
  return breakers;
}

describe('a walk', () => {
  it('is served by the first candidate when that answers', async () => {
    const { result, attempted, events } = await run(['a', 'b'], {});
    expect(result).toMatchObject({ kind: 'served', value: 'answer of a', index: 0, attempts: 1, fallbackCount: 0 });
    expect(attempted).toEqual(['a']);
    expect(events).toEqual([{ reason: 'success', candidate: 'a', index: 0, durationMs: 5 }]);
  });

  it('falls back past every failure that another provider may not have, and says why', async () => {
    const script = { a: 'server_error', b: 'not_found', c: 'rate_limited', d: 'timeout', e: 'network' } as const;
    const { result, events } = await run(['a', 'b', 'c', 'd', 'e', 'f'], script);
    expect(result).toMatchObject({ kind: 'served', candidate: 'f', attempts: 6, fallbackCount: 1 });
    const reasons = ['retryable_5xx', 'not_found', 'rate_limit', 'timeout', 'network', 'fallback_success'];
    expect(events.map((event) => event.reason)).toEqual(reasons);
  });

  it.each(['client_error', 'client_gone', 'deadline', 'gateway_fault'] as const)('ends at a %s', async (kind) => {
    const { result, attempted } = await run(['a', 'b'], { a: kind });
    expect(result).toMatchObject({
      kind: 'failed',
      failureKind: kind,
      failure: `failure ${kind}`,
      index: 0,
      attempts: 1,
    });
    expect(attempted).toEqual(['a']);
  });

  it("shows the last attempt's failure when nobody serves", async () => {
    const { result } = await run(['a', 'b'], { a: 'server_error', b: 'rate_limited' });
    expect(result).toMatchObject({ kind: 'failed', failureKind: 'rate_limited', candidate: 'b', attempts: 2 });
  });

  it('skips an open breaker without counting it as an attempt', async () => {
    const { result, events } = await run(['a', 'b'], {}, { breakers: withOpenBreakers('a'), maxAttempts: 1 });
    expect(result).toMatchObject({ kind: 'served', candidate: 'b', index: 1, attempts: 1, fallbackCount: 1 });
    expect(events.map((event) => event.reason)).toEqual(['circuit_open', 'fallback_success']);
  });

  it('says circuit_open when every breaker refuses', async () => {
    const { result, attempted } = await run(['a', 'b'], {}, { breakers: withOpenBreakers('a', 'b') });
    expect(result).toEqual({ kind: 'circuit_open' });
    expect(attempted).toEqual([]);
  });

  it('never looks past an open first candidate when the key has no fallback', async () => {
    const { result, attempted } = await run(['a', 'b'], {}, { breakers: withOpenBreakers('a'), onlyFirst: true });
    expect(result).toEqual({ kind: 'circuit_open' });
    expect(attempted).toEqual([]);
  });

  it('stops at the limit of attempts and says that the chain is exhausted', async () => {
    const script = { a: 'server_error', b: 'server_error' } as const;
    const { result, attempted, events } = await run(['a', 'b', 'c'], script, { maxAttempts: 2 });
    expect(result).toMatchObject({ kind: 'failed', candidate: 'b', attempts: 2 });
    expect(attempted).toEqual(['a', 'b']);
    expect(events.at(-1)).toMatchObject({ reason: 'chain_exhausted', candidate: 'c' });
  });

  it('does not take the half-open probe of a candidate that the limit of attempts keeps it from', async () => {
    const clock = new VirtualClock();
    const breakers = new BreakerRegistry({ clock, config: { threshold: 1 } });
    breakers.recordFailure('b');
    await clock.advance(60_001);
    await run(['a', 'b'], { a: 'network' }, { breakers, maxAttempts: 1 });
    expect(breakers.acquire('b'), 'the probe is still to be had').toBeDefined();
  });

  it('gives the half-open probe back when the client leaves during it', async () => {
    const clock = new VirtualClock();
    const breakers = new BreakerRegistry({ clock, config: { threshold: 1 } });
    breakers.recordFailure('a');
    await clock.advance(60_001);
    await run(['a'], { a: 'client_gone' }, { breakers });
    expect(breakers.acquire('a')).toBeDefined();
  });

  it('makes no further attempt once its signal has aborted', async () => {
    const abort = new AbortController();
    const attempt: Options['attempt'] = async () => {
      abort.abort();
      return failed('network');
    };
    const { result, events } = await run(['a', 'b'], {}, { signal: abort.signal, attempt });
    expect(result).toEqual({ kind: 'aborted', attempts: 1 });
    expect(events.map((event) => event.reason)).toEqual(['network', 'context_done']);
  });

  it('passes a fault of the attempt on, and frees its permit first', async () => {
    const clock = new VirtualClock();
    const breakers = new BreakerRegistry({ clock, config: { threshold: 1 } });
    breakers.recordFailure('a');
    await clock.advance(60_001);
    const fault = new Error('a bug');
    await expect(run(['a', 'b'], {}, { breakers, attempt: () => Promise.reject(fault) })).rejects.toBe(fault);
    expect(breakers.acquire('a')).toBeDefined();
  });

  it('refuses to start without a candidate or without an attempt', async () => {
    await expect(run([], {})).rejects.toThrow(InvariantError);
    await expect(run(['a'], {}, { maxAttempts: 0 })).rejects.toThrow(InvariantError);
  });
});

describe('a long answer', () => {
  it('of a provider that is being probed keeps nobody else away once it has begun', async () => {
    const clock = new VirtualClock();
    const breakers = new BreakerRegistry({ clock, config: { threshold: 1 } });
    breakers.recordFailure('a');
    await clock.advance(60_001);
    const ended = Promise.withResolvers<void>();
    const attempt: Options['attempt'] = async (_candidate, _index, _signal, answering) => {
      expect(breakers.acquire('a')).toBeUndefined();
      answering();
      await ended.promise;
      return { kind: 'success', value: 'all of it' };
    };
    const walking = run(['a'], {}, { attempt, breakers, clock });
    expect(breakers.phaseOf('a')).toBe('closed');
    ended.resolve();
    expect((await walking).result).toMatchObject({ kind: 'served', value: 'all of it' });
  });
});

describe('an interrupted answer', () => {
  it('ends the walk with what was served, and counts as a failure of its provider', async () => {
    const clock = new VirtualClock();
    const breakers = new BreakerRegistry({ clock, config: { threshold: 1 } });
    const attempt: Options['attempt'] = async () => ({ kind: 'interrupted', value: 'half' });
    const { result, events } = await run(['a', 'b'], {}, { attempt, breakers, clock });
    expect(result).toMatchObject({ kind: 'served', value: 'half', index: 0, attempts: 1 });
    expect(events.map(({ reason }) => reason)).toEqual(['interrupted']);
    expect(breakers.phaseOf('a')).toBe('open');
  });
});

describe('any walk', () => {
  const candidate = fc.record({
    outcome: fc.constantFrom<OutcomeKind>('success', 'interrupted', ...FAILURE_KINDS),
    open: fc.boolean(),
  });
  const scene = fc.record({
    chain: fc.array(candidate, { minLength: 1, maxLength: 6 }),
    maxAttempts: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    abortAfter: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
  });

  it('keeps the order, its limit of attempts, one attempt at a time, and every permit accounted for', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async ({ chain, maxAttempts, abortAfter }) => {
        const clock = new VirtualClock();
        const breakers = new BreakerRegistry({ clock, config: { threshold: 1, cooldownMs: 1_000 } });
        for (const [index, { open }] of chain.entries()) if (open) breakers.recordFailure(`c${index}`);
        const abort = new AbortController();
        const attempted: number[] = [];
        let underWay = 0;
        const attempt: Options['attempt'] = async (_, index) => {
          underWay += 1;
          expect(underWay).toBe(1);
          attempted.push(index);
          await clock.advance(1);
          underWay -= 1;
          if (attempted.length === abortAfter) abort.abort();
          const kind = chain[index]?.outcome ?? 'success';
          return kind === 'success' || kind === 'interrupted' ? { kind, value: 'x' } : failed(kind);
        };
        if (abortAfter === 0) abort.abort();
        const limit = maxAttempts === undefined ? {} : { maxAttempts };
        const names = chain.map((_, index) => `c${index}`);
        const { result } = await run(names, {}, { attempt, breakers, clock, signal: abort.signal, ...limit });

        expect(attempted).toEqual([...attempted].sort((left, right) => left - right));
        expect(new Set(attempted).size).toBe(attempted.length);
        expect(attempted.length).toBeLessThanOrEqual(Math.min(maxAttempts ?? chain.length, abortAfter ?? chain.length));
        expect(attempted.some((index) => chain[index]?.open)).toBe(false);
        for (const index of attempted.slice(0, -1)) {
          expect(OUTCOME_TABLE[chain[index]?.outcome ?? 'success'].fallBack).toBe(true);
        }
        if (result.kind === 'served') expect(['success', 'interrupted']).toContain(chain[result.index]?.outcome);
        if (result.kind === 'circuit_open') expect(attempted).toEqual([]);

        await clock.advance(1_002);
        for (const name of names) expect(breakers.acquire(name), `${name} is not locked out`).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});
