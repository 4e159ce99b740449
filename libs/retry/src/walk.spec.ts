import { InvariantError } from '#kernel';
import { describe, expect, it } from 'vitest';
import { BreakerRegistry } from './breaker-registry.js';
import { FAILURE_KINDS, FIXED_OUTCOMES, OUTCOME_TABLE } from './outcome-table.js';
import { RetryBudget } from './retry-budget.js';
import { WalkScene, repeats, type SceneOptions, type Script } from './testing/walk-scene.js';

const TURNS_TO_NEXT = FAILURE_KINDS.filter((kind) => ['next', 'retry'].includes(OUTCOME_TABLE[kind].step));
const STOPS = FAILURE_KINDS.filter((kind) => OUTCOME_TABLE[kind].step === 'stop' && kind !== 'client_gone');
const MAY_BE_RULED = FAILURE_KINDS.filter((kind) => !FIXED_OUTCOMES.has(kind));
const REPEATED = FAILURE_KINDS.filter((kind) => OUTCOME_TABLE[kind].step === 'retry');

describe('a walk', () => {
  it('is served by the first candidate when that answers', async () => {
    const scene = new WalkScene({ a: 'success', b: 'success' });
    expect(await scene.walk()).toEqual({
      kind: 'served',
      value: 'answer of a',
      candidate: 'a',
      index: 0,
      attempts: 1,
      fallbackCount: 0,
      unresumed: false,
    });
    expect(scene.asked).toEqual(['a']);
    expect(scene.events).toEqual([
      { reason: 'success', kind: 'success', candidate: 'a', index: 0, startedMs: 0, durationMs: 5 },
    ]);
  });

  it.each(TURNS_TO_NEXT)('falls back after %s, and says why', async (kind) => {
    const scene = new WalkScene({ a: kind, b: 'success' });
    expect(await scene.walk()).toMatchObject({ kind: 'served', candidate: 'b', attempts: 2, fallbackCount: 1 });
    expect(scene.reasons).toEqual([OUTCOME_TABLE[kind].reason, 'fallback_success']);
    expect(scene.events.map((event) => event.kind)).toEqual([kind, 'success']);
  });

  it.each(STOPS)('ends at %s', async (kind) => {
    const scene = new WalkScene({ a: kind, b: 'success' });
    const failure = `${kind} of a`;
    expect(await scene.walk()).toEqual({
      kind: 'failed',
      failureKind: kind,
      failure,
      candidate: 'a',
      index: 0,
      attempts: 1,
    });
    expect(scene.asked).toEqual(['a']);
  });

  it("shows the last attempt's failure when nobody serves", async () => {
    const scene = new WalkScene({ a: 'server_error', b: 'rate_limited' });
    expect(await scene.walk()).toMatchObject({
      kind: 'failed',
      failureKind: 'rate_limited',
      candidate: 'b',
      attempts: 2,
    });
  });

  it('skips an open breaker without counting it as an attempt', async () => {
    const scene = new WalkScene({ a: 'success', b: 'success' }).open('a');
    expect(await scene.walk({ maxAttempts: 1 })).toMatchObject({
      candidate: 'b',
      index: 1,
      attempts: 1,
      fallbackCount: 1,
    });
    expect(scene.events).toEqual([
      { reason: 'circuit_open', kind: undefined, candidate: 'a', index: 0, startedMs: 0, durationMs: 0 },
      { reason: 'fallback_success', kind: 'success', candidate: 'b', index: 1, startedMs: 0, durationMs: 5 },
    ]);
  });

  it('says circuit_open when every breaker refuses', async () => {
    const scene = new WalkScene({ a: 'success', b: 'success' }).open('a', 'b');
    expect(await scene.walk()).toEqual({ kind: 'circuit_open' });
    expect(scene.asked).toEqual([]);
  });

  it('skips a candidate whose provider works but whose model does not', async () => {
    const scene = new WalkScene({ a: 'success', b: 'success' }).open('p/a');
    const result = await scene.walk({ breakerIdsOf: (candidate) => ['p', `p/${candidate}`] });
    expect(result).toMatchObject({ kind: 'served', candidate: 'b' });
    expect(scene.breakers.phaseOf('p')).toBe('closed');
  });

  it('never looks past an open first candidate when the key has no fallback', async () => {
    const scene = new WalkScene({ a: 'success', b: 'success' }).open('a');
    expect(await scene.walk({ onlyFirst: true })).toEqual({ kind: 'circuit_open' });
    expect(scene.asked).toEqual([]);
  });

  it('stops at the limit of attempts and says that the chain is exhausted', async () => {
    const scene = new WalkScene({ a: 'server_error', b: 'server_error', c: 'success' });
    expect(await scene.walk({ maxAttempts: 2 })).toMatchObject({ kind: 'failed', candidate: 'b', attempts: 2 });
    expect(scene.asked).toEqual(['a', 'b']);
    expect(scene.events.at(-1)).toMatchObject({ reason: 'chain_exhausted', kind: undefined, candidate: 'c' });
  });

  it('does not take the half-open probe of a candidate that the limit of attempts keeps it from', async () => {
    const scene = await new WalkScene({ a: 'connect', b: 'success' }).halfOpen('b');
    await scene.walk({ maxAttempts: 1 });
    expect(scene.breakers.acquire('b'), 'the probe is still to be had').toBeDefined();
  });

  it('gives the half-open probe back when the client leaves during it', async () => {
    const scene = await new WalkScene({ a: { ends: 'success', afterMs: 100 } }).halfOpen('a');
    scene.clock.schedule(50, () => scene.signal.stop());
    expect(await scene.walk()).toEqual({ kind: 'aborted', attempts: 1 });
    expect(scene.breakers.acquire('a')).toBeDefined();
  });

  it('makes no further attempt once its client has left', async () => {
    const scene = new WalkScene({ a: 'connect', b: 'success' });
    scene.scripted.onStart = () => scene.signal.stop();
    expect(await scene.walk({ attempt: failsWhileClientLeaves(scene) })).toEqual({ kind: 'aborted', attempts: 1 });
    expect(scene.reasons).toEqual(['network', 'context_done']);
  });

  it('makes no attempt once the time of the whole request is used up, and says so', async () => {
    const scene = new WalkScene({ a: { ends: 'server_error', afterMs: 100 }, b: 'success' });
    expect(await scene.walk({ deadlineAtMs: 100 })).toEqual({ kind: 'deadline', attempts: 1 });
    expect(scene.asked).toEqual(['a']);
    expect(scene.reasons).toEqual(['retryable_5xx', 'context_done']);
    expect(await new WalkScene({ a: 'success' }).walk({ deadlineAtMs: 0 })).toEqual({ kind: 'deadline', attempts: 0 });
  });

  it('passes a fault of the attempt on, and frees its permit first', async () => {
    const scene = await new WalkScene({ a: 'fault', b: 'success' }).halfOpen('a');
    await expect(scene.walk()).rejects.toThrow('fault of a');
    expect(scene.asked).toEqual(['a']);
    expect(scene.events).toMatchObject([{ kind: 'gateway_fault', reason: 'non_retryable' }]);
    expect(scene.breakers.acquire('a')).toBeDefined();
  });

  it('refuses to start without a candidate or without an attempt', async () => {
    await expect(new WalkScene({}).walk()).rejects.toThrow(InvariantError);
    await expect(new WalkScene({ a: 'success' }).walk({ maxAttempts: 0 })).rejects.toThrow(InvariantError);
  });
});

function failsWhileClientLeaves(scene: WalkScene): SceneOptions['attempt'] {
  return async () => {
    scene.signal.stop();
    return { kind: 'connect', failure: 'refused' };
  };
}

describe('a policy', () => {
  it.each(MAY_BE_RULED)('may send a walk on after %s, or end it there', async (kind) => {
    const goesOn = new WalkScene({ a: kind, b: 'success' });
    expect(await goesOn.walk({ stepOf: () => 'next' })).toMatchObject({ kind: 'served', candidate: 'b' });
    const ends = new WalkScene({ a: kind, b: 'success' });
    expect(await ends.walk({ stepOf: () => 'stop' })).toMatchObject({ kind: 'failed', failureKind: kind });
  });

  it.each(['deadline', 'gateway_fault'] as const)('cannot send a walk on after %s', async (kind) => {
    const scene = new WalkScene({ a: kind, b: 'success' });
    expect(await scene.walk({ stepOf: () => 'next' })).toMatchObject({ kind: 'failed', failureKind: kind });
  });

  it('leaves the table in force for outcomes that it says nothing of', async () => {
    const scene = new WalkScene({ a: 'content_filter', b: 'success' });
    expect(await scene.walk({ stepOf: () => undefined })).toMatchObject({ failureKind: 'content_filter' });
  });
});

describe('a request that does not fit into a window', () => {
  const windows: Readonly<Record<string, number>> = { a: 8_000, b: 8_000, d: 200_000 };
  const contextTokensOf = (candidate: string): number | undefined => windows[candidate];

  it('goes only to a candidate whose window is known to be larger', async () => {
    const scene = new WalkScene({ a: 'context_length', b: 'success', c: 'success', d: 'success' });
    expect(await scene.walk({ contextTokensOf })).toMatchObject({ kind: 'served', candidate: 'd', attempts: 2 });
    expect(scene.reasons).toEqual(['non_retryable', 'window_too_small', 'window_too_small', 'fallback_success']);
  });

  it('gets the refusal of the last candidate when there is none larger', async () => {
    const scene = new WalkScene({ a: 'context_length', b: 'success', c: 'success' });
    expect(await scene.walk({ contextTokensOf })).toMatchObject({ failureKind: 'context_length', candidate: 'a' });
  });

  it('goes nowhere else when the window that it did not fit into is not known', async () => {
    const scene = new WalkScene({ c: 'context_length', d: 'success' });
    expect(await scene.walk({ contextTokensOf })).toMatchObject({ failureKind: 'context_length', candidate: 'c' });
  });
});

describe('a repeat', () => {
  it.each(REPEATED)('follows a passing %s at the same candidate, once, after a wait', async (kind) => {
    const scene = new WalkScene({ a: [kind, 'success'], b: 'success' });
    const breakers = new BreakerRegistry({ clock: scene.clock });
    const result = await scene.walk({ repeats: repeats(), breakers });
    expect(result).toMatchObject({ kind: 'served', candidate: 'a', attempts: 2, fallbackCount: 0 });
    expect(scene.scripted.made).toMatchObject([{ repeat: 1 }, { repeat: 2 }]);
    expect(scene.reasons).toEqual([OUTCOME_TABLE[kind].reason, 'success']);
  });

  it('comes only as often as it may, and the next candidate after that', async () => {
    const scene = new WalkScene({ a: 'rate_limited', b: 'success' });
    expect(await scene.walk({ repeats: repeats({ max: 2 }) })).toMatchObject({ candidate: 'b', attempts: 4 });
    expect(scene.asked).toEqual(['a', 'a', 'a', 'b']);
  });

  it.each([0, 1, 777, 5_000])('waits for exactly the %i ms that the provider asked for', async (retryAfterMs) => {
    const scene = new WalkScene({ a: [{ ends: 'rate_limited', retryAfterMs }, 'success'] });
    await scene.walk({ repeats: repeats() });
    expect(scene.scripted.made.map(({ startedMs }) => startedMs)).toEqual([0, 5 + retryAfterMs]);
  });

  it('gives way to the next candidate when the provider asks for a long wait', async () => {
    const scene = new WalkScene({ a: { ends: 'rate_limited', retryAfterMs: 5_001 }, b: 'success' });
    expect(await scene.walk({ repeats: repeats() })).toMatchObject({ candidate: 'b', attempts: 2 });
    expect(scene.clock.monotonicMs()).toBeLessThan(100);
  });

  it('gives way to the next candidate when the wait would outlast the deadline', async () => {
    const scene = new WalkScene({ a: { ends: 'rate_limited', retryAfterMs: 1_000 }, b: 'success' });
    expect(await scene.walk({ repeats: repeats(), deadlineAtMs: 1_005 })).toMatchObject({ candidate: 'b' });
    expect(scene.clock.monotonicMs()).toBeLessThan(100);
  });

  it('is never made of a request that is not safe to make twice', async () => {
    const scene = new WalkScene({ a: 'reset', b: 'success' });
    await scene.walk({ repeats: repeats({ safe: false }) });
    expect(scene.asked).toEqual(['a', 'b']);
  });

  it.each(['timeout_connect', 'timeout_headers', 'timeout_first_token', 'timeout_stall', 'timeout_total'] as const)(
    'is never made at a provider that kept silent (%s)',
    async (kind) => {
      const scene = new WalkScene({ a: kind, b: 'success' });
      await scene.walk({ repeats: repeats({ max: 5 }) });
      expect(scene.asked).toEqual(['a', 'b']);
    },
  );

  it('is not made when the retry budget is used up', async () => {
    const scene = new WalkScene({ a: 'rate_limited', b: 'rate_limited', c: 'success' });
    await scene.walk({ repeats: repeats({ budget: new RetryBudget({ reserve: 1 }) }) });
    expect(scene.asked).toEqual(['a', 'a', 'b', 'c']);
  });

  it('leaves an attempt for each candidate that was not asked yet', async () => {
    const scene = new WalkScene({ a: 'rate_limited', b: 'rate_limited', c: 'rate_limited' });
    expect(await scene.walk({ repeats: repeats({ max: 5 }), maxAttempts: 4 })).toMatchObject({ attempts: 4 });
    expect(scene.asked).toEqual(['a', 'a', 'b', 'c']);
  });

  it('is not made at a candidate whose breaker has opened', async () => {
    const scene = new WalkScene({ a: 'server_error', b: 'success' });
    await scene.walk({ repeats: repeats() });
    expect(scene.asked).toEqual(['a', 'b']);
  });

  it('is not waited for once the client has left', async () => {
    const scene = new WalkScene({ a: { ends: 'rate_limited', retryAfterMs: 5_000 }, b: 'success' });
    scene.clock.schedule(50, () => scene.signal.stop());
    expect(await scene.walk({ repeats: repeats() })).toEqual({ kind: 'aborted', attempts: 1 });
    expect(scene.clock.monotonicMs()).toBeLessThan(100);
    expect(scene.clock.sleeping).toBe(0);
  });
});

describe('an answer', () => {
  it('that is long keeps nobody away from a provider that was being probed, once it has begun', async () => {
    const scene = await new WalkScene({ a: { ends: 'success', afterMs: 10, lastsMs: 1_000 } }).halfOpen('a');
    const phases: string[] = [];
    for (const ms of [5, 500]) scene.clock.schedule(ms, () => phases.push(scene.breakers.phaseOf('a')));
    await scene.walk();
    expect(phases).toEqual(['half_open', 'closed']);
  });

  it('that broke off ends the walk with what was served, and counts as a failure of its provider', async () => {
    const scene = new WalkScene({ a: 'interrupted', b: 'success' });
    expect(await scene.walk()).toMatchObject({ kind: 'served', value: 'answer of a', attempts: 1, unresumed: false });
    expect(scene.reasons).toEqual(['interrupted']);
    expect(scene.breakers.phaseOf('a')).toBe('open');
  });
});

describe('an answer that broke off and may be completed', () => {
  it('is completed by the next candidate', async () => {
    const scene = new WalkScene({ a: 'resumable', b: 'success' });
    expect(await scene.walk()).toMatchObject({ kind: 'served', candidate: 'b', attempts: 2, unresumed: false });
    expect(scene.reasons).toEqual(['interrupted', 'fallback_success']);
  });

  it('is completed by a third candidate when the second breaks off as well', async () => {
    const scene = new WalkScene({ a: 'resumable', b: 'resumable', c: 'success' });
    expect(await scene.walk()).toMatchObject({ candidate: 'c', attempts: 3, unresumed: false });
  });

  it('goes only to candidates that can go on with it', async () => {
    const scene = new WalkScene({ a: 'resumable', b: 'success', c: 'success' });
    const result = await scene.walk({ canResume: (candidate) => candidate === 'c' });
    expect(result).toMatchObject({ candidate: 'c', attempts: 2, unresumed: false });
    expect(scene.events[1]).toMatchObject({ reason: 'cannot_resume', kind: undefined, candidate: 'b' });
  });

  it.each(MAY_BE_RULED)('goes on to the next candidate after %s, whatever the policy says', async (kind) => {
    const scene = new WalkScene({ a: 'resumable', b: kind, c: 'success' });
    const result = await scene.walk({ stepOf: () => 'stop', repeats: repeats({ max: 5 }) });
    expect(result).toMatchObject({ kind: 'served', candidate: 'c', attempts: 3, unresumed: false });
  });

  it.each<[string, Script, Partial<SceneOptions>]>([
    ['nobody is left', { a: 'resumable' }, {}],
    ['nobody can go on with it', { a: 'resumable', b: 'success' }, { canResume: () => false }],
    ['everybody fails', { a: 'resumable', b: 'client_error', c: 'connect' }, {}],
    ['the limit of attempts is reached', { a: 'resumable', b: 'success' }, { maxAttempts: 1 }],
    ['the time is used up', { a: 'resumable', b: 'success' }, { deadlineAtMs: 5 }],
    ['the time runs out meanwhile', { a: 'resumable', b: 'deadline', c: 'success' }, {}],
  ])('is reported as unresumed when %s', async (_, script, change) => {
    const scene = new WalkScene(script);
    const result = await scene.walk(change);
    expect(result).toMatchObject({ kind: 'served', value: 'answer of a', candidate: 'a', index: 0, unresumed: true });
  });

  it('is the answer of the last candidate that wrote to it, when nobody completes it', async () => {
    const scene = new WalkScene({ a: 'resumable', b: 'interrupted', c: 'success' });
    expect(await scene.walk()).toMatchObject({ value: 'answer of b', attempts: 2, unresumed: false });
  });

  it('is not hedged', async () => {
    const scene = new WalkScene({ a: 'resumable', b: { ends: 'success', afterMs: 500 }, c: 'success' });
    expect(await scene.walk({ hedgeAfterMs: 50 })).toMatchObject({ candidate: 'b', attempts: 2 });
  });
});
