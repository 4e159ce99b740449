import { describe, expect, it } from 'vitest';
import type { StopSignal } from './stop-signal.js';
import { WalkScene, repeats, type SceneOptions } from './testing/walk-scene.js';

const HEDGED = { hedgeAfterMs: 50 } as const;
const SLOW = { ends: 'success', afterMs: 500 } as const;

describe('a hedge', () => {
  it('asks the next candidate beside one that keeps silent; the first to begin cancels the other', async () => {
    const scene = new WalkScene({ a: SLOW, b: { ends: 'success', afterMs: 20, lastsMs: 100 } });
    expect(await scene.walk(HEDGED)).toMatchObject({ kind: 'served', candidate: 'b', attempts: 2, fallbackCount: 1 });
    expect(scene.scripted.made).toMatchObject([
      { candidate: 'a', startedMs: 0, begun: false, ended: 'hedge_lost' },
      { candidate: 'b', startedMs: 50, begun: true, ended: 'success' },
    ]);
    expect(scene.events.map(({ kind, durationMs }) => [kind, durationMs])).toEqual([
      ['hedge_lost', 70],
      ['success', 120],
    ]);
    expect(scene.clock.sleeping).toBe(0);
  });

  it('is lost by the second when the first begins after all', async () => {
    const scene = new WalkScene({ a: { ends: 'success', afterMs: 60, lastsMs: 100 }, b: SLOW });
    expect(await scene.walk(HEDGED)).toMatchObject({ kind: 'served', candidate: 'a', attempts: 2, fallbackCount: 0 });
    expect(scene.scripted.made[1]).toMatchObject({ begun: false, ended: 'hedge_lost' });
  });

  it.each([
    ['begins', { ends: 'success', afterMs: 40, lastsMs: 500 }],
    ['fails', { ends: 'client_error', afterMs: 40 }],
  ] as const)('is not made when the first %s in time, and leaves no timer behind', async (_, step) => {
    const scene = new WalkScene({ a: step, b: 'success' });
    await scene.walk(HEDGED);
    expect(scene.asked).toEqual(['a']);
    expect(scene.clock.sleeping).toBe(0);
  });

  it('cancels the first also when the second begins at once', async () => {
    const scene = new WalkScene({ a: SLOW, b: 'success' });
    const attempt: SceneOptions['attempt'] = (candidate, index, control) => {
      if (candidate === 'a') return scene.scripted.attempt(candidate, index, control);
      control.answering();
      return Promise.resolve({ kind: 'success', value: 'known already' });
    };
    expect(await scene.walk({ ...HEDGED, attempt })).toMatchObject({ kind: 'served', value: 'known already' });
    expect(scene.scripted.made[0]).toMatchObject({ begun: false, ended: 'hedge_lost' });
  });

  it('goes to the first answer that is there when neither says that it begins', async () => {
    const scene = new WalkScene({ a: 'success', b: 'success' });
    const cancelled: StopSignal[] = [];
    const attempt: SceneOptions['attempt'] = async (candidate, _index, control) => {
      cancelled.push(control.cancelled);
      await scene.clock.sleep(candidate === 'a' ? 200 : 20);
      return { kind: 'success', value: candidate };
    };
    expect(await scene.walk({ ...HEDGED, attempt })).toMatchObject({ candidate: 'b', value: 'b' });
    expect(cancelled.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('skips a candidate with an open breaker', async () => {
    const scene = new WalkScene({ a: SLOW, b: 'success', c: 'success' }).open('b');
    expect(await scene.walk(HEDGED)).toMatchObject({ candidate: 'c' });
    expect(scene.asked).toEqual(['a', 'c']);
  });

  it('counts as an attempt, and is not made when none is left', async () => {
    const scene = new WalkScene({ a: SLOW, b: 'success' });
    expect(await scene.walk({ ...HEDGED, maxAttempts: 1 })).toMatchObject({ candidate: 'a', attempts: 1 });
    expect(scene.reasons, 'nothing is said of a limit that nobody ran into').toEqual(['success']);
  });

  it('is never made of a request that is not safe to make twice', async () => {
    const scene = new WalkScene({ a: SLOW, b: 'success' });
    await scene.walk({ ...HEDGED, repeats: repeats({ safe: false }) });
    expect(scene.asked).toEqual(['a']);
  });

  it('is not made once the client has left or the time is used up', async () => {
    const scene = new WalkScene({ a: SLOW, b: 'success' });
    expect(await scene.walk({ ...HEDGED, deadlineAtMs: 50 })).toMatchObject({ candidate: 'a', attempts: 1 });
  });

  it('gives the half-open probe of the loser back', async () => {
    const scene = await new WalkScene({ a: SLOW, b: 'success' }).halfOpen('a');
    await scene.walk(HEDGED);
    expect(scene.breakers.phaseOf('a')).toBe('half_open');
    expect(scene.breakers.acquire('a')).toBeDefined();
  });

  it('does not ask a provider for a second probe while the first is under way', async () => {
    const scene = await new WalkScene({ a: SLOW, b: 'success', c: 'success' }).halfOpen('p');
    const breakerIdsOf = (candidate: string): string[] => [candidate === 'c' ? 'q' : 'p', `model ${candidate}`];
    expect(await scene.walk({ ...HEDGED, breakerIdsOf })).toMatchObject({ candidate: 'c' });
    expect(scene.asked).toEqual(['a', 'c']);
    expect(scene.breakers.acquireAll(['p', 'model b']), 'no probe leaked').toBeDefined();
  });

  it('is over, winner and loser, when the walk is', async () => {
    const scene = new WalkScene({ a: SLOW, b: 'success' });
    let loserIsOver = false;
    const attempt: SceneOptions['attempt'] = async (candidate, index, control) => {
      const result = await scene.scripted.attempt(candidate, index, control);
      if (candidate === 'a') await scene.clock.sleep(300);
      loserIsOver ||= candidate === 'a';
      return result;
    };
    await scene.walk({ ...HEDGED, attempt });
    expect(loserIsOver).toBe(true);
    expect(scene.reasons).toEqual(['fallback_success', 'context_done']);
  });
});

describe('when neither of two attempts answers', () => {
  it('the walk goes on to the next candidate', async () => {
    const scene = new WalkScene({ a: { ends: 'timeout_headers', afterMs: 100 }, b: 'server_error', c: 'success' });
    expect(await scene.walk(HEDGED)).toMatchObject({ candidate: 'c', attempts: 3 });
    expect(scene.asked).toEqual(['a', 'b', 'c']);
  });

  it.each(['a', 'b'])('a failure of %s that ends the walk does so', async (ends) => {
    const steps = { a: { ends: 'timeout_headers', afterMs: 100 }, b: { ends: 'server_error', afterMs: 100 } } as const;
    const scene = new WalkScene({ ...steps, [ends]: { ends: 'client_error', afterMs: 100 }, c: 'success' });
    expect(await scene.walk(HEDGED)).toMatchObject({ failureKind: 'client_error', candidate: ends, attempts: 2 });
  });

  it('and the request was too long for one of them, only larger windows are asked', async () => {
    const scene = new WalkScene({ a: { ends: 'context_length', afterMs: 100 }, b: 'server_error', c: 'success' });
    const result = await scene.walk({ ...HEDGED, contextTokensOf: () => 8_000 });
    expect(result).toMatchObject({ kind: 'failed', attempts: 2 });
    expect(scene.reasons.at(-1)).toBe('window_too_small');
  });

  it('the second is not asked twice because of the first', async () => {
    const scene = new WalkScene({
      a: { ends: 'rate_limited', afterMs: 100 },
      b: { ends: 'rate_limited', afterMs: 100 },
    });
    await scene.walk({ ...HEDGED, repeats: repeats() });
    expect(scene.asked).toEqual(['a', 'b']);
  });
});

// A rejection that nobody handles fails the run by itself.
describe('a fault of one of two attempts', () => {
  it("that was cancelled is nobody's affair", async () => {
    const scene = new WalkScene({ a: SLOW, b: 'success' });
    const attempt: SceneOptions['attempt'] = async (candidate, index, control) => {
      const result = await scene.scripted.attempt(candidate, index, control);
      if (candidate === 'a') throw new Error('cancelled');
      return result;
    };
    expect(await scene.walk({ ...HEDGED, attempt })).toMatchObject({ kind: 'served', candidate: 'b' });
  });

  it.each(['a', 'b'])('does not take away the answer of the other (%s)', async (faulty) => {
    const slow = { a: { ends: 'success', afterMs: 200 }, b: { ends: 'success', afterMs: 200 } } as const;
    const scene = new WalkScene({ ...slow, [faulty]: { ends: 'fault', afterMs: 100 } });
    expect(await scene.walk(HEDGED)).toMatchObject({ kind: 'served', candidate: faulty === 'a' ? 'b' : 'a' });
  });

  it.each(['a', 'b'])('is passed on when the other has none (%s)', async (faulty) => {
    const failing = { a: { ends: 'connect', afterMs: 200 }, b: { ends: 'connect', afterMs: 200 } } as const;
    const scene = new WalkScene({ ...failing, [faulty]: { ends: 'fault', afterMs: 100 }, c: 'success' });
    await expect(scene.walk(HEDGED)).rejects.toThrow(`fault of ${faulty}`);
    expect(scene.asked).toEqual(['a', 'b']);
  });
});

describe('the loser of a hedge', () => {
  it('completes the answer of the winner when that breaks off', async () => {
    const scene = new WalkScene({ a: [SLOW, 'success'], b: { ends: 'resumable', afterMs: 20, lastsMs: 20 } });
    const result = await scene.walk(HEDGED);
    expect(result).toMatchObject({ kind: 'served', candidate: 'a', index: 0, attempts: 3, unresumed: false });
    expect(scene.scripted.made).toMatchObject([{ repeat: 1 }, { candidate: 'b' }, { candidate: 'a', repeat: 2 }]);
  });

  it('is not asked again when it failed by itself', async () => {
    const scene = new WalkScene({ a: { ends: 'connect', afterMs: 60 }, b: { ends: 'resumable', afterMs: 100 } });
    expect(await scene.walk(HEDGED)).toMatchObject({ candidate: 'b', attempts: 2, unresumed: true });
  });

  it('must not begin an answer', async () => {
    const scene = new WalkScene({ a: SLOW, b: 'success' });
    const attempt: SceneOptions['attempt'] = async (candidate, index, control) => {
      const result = await scene.scripted.attempt(candidate, index, control);
      if (candidate === 'a') expect(() => control.answering()).toThrow('was cancelled');
      return result;
    };
    expect(await scene.walk({ ...HEDGED, attempt })).toMatchObject({ candidate: 'b' });
    expect.assertions(2);
  });
});
