import { VirtualClock } from '#kernel';
import { StopSource } from '#retry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dispatcher } from 'undici';
import { Departure } from '../exchange/departure.js';
import type { AnswerReceiver, RelayResult } from './answer-receiver.js';
import { UpstreamAttempt } from './upstream-attempt.js';

const COMPLETE = {
  kind: 'success',
  value: { end: 'complete', status: 200, usage: undefined, deltas: 0 },
} as const satisfies RelayResult;

/** undici's controller as far as an attempt uses it. */
class FakeController implements Dispatcher.DispatchController {
  aborted = false;
  paused = false;
  reason: Error | null = null;

  abort(reason: Error): void {
    this.aborted = true;
    this.reason = reason;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }
}

const LIMITS = {
  connectMs: 10,
  headersMs: 20,
  firstTokenMs: 30,
  betweenTokensMs: 40,
  totalMs: 1_000,
  deadlineMs: Infinity,
} as const;

interface Scene {
  readonly attempt: UpstreamAttempt;
  readonly controller: FakeController;
  readonly results: RelayResult[];
  readonly bodies: string[];
  readonly gone: Departure;
  readonly cancelled: StopSource;
  readonly clock: VirtualClock;
}

function begin(): Scene {
  const results: RelayResult[] = [];
  const bodies: string[] = [];
  const gone = new Departure();
  const cancelled = new StopSource();
  const clock = new VirtualClock();
  const attempt = new UpstreamAttempt({
    createReceiver: (_status, _headers, _throttle, settle): AnswerReceiver => ({
      data: (chunk) => void bodies.push(chunk.toString()),
      end: () => settle(COMPLETE),
      broken: () => settle({ kind: 'interrupted', value: { ...COMPLETE.value, end: 'cut' } }),
      timeUp: () => settle({ kind: 'interrupted', value: { ...COMPLETE.value, end: 'stalled' } }),
      clientGone: () => settle({ kind: 'success', value: { ...COMPLETE.value, end: 'client_gone' } }),
      get phase() {
        return bodies.length > 0 ? 'between-tokens' : 'first-token';
      },
    }),
    departure: gone,
    cancelled,
    limits: LIMITS,
    clock,
    report: (result) => void results.push(result),
  });
  return { attempt, controller: new FakeController(), results, bodies, gone, cancelled, clock };
}

describe('UpstreamAttempt', () => {
  it('hands the body to its receiver and leaves the connection alone when the answer is complete', () => {
    const { attempt, controller, results, bodies } = begin();
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200, {});
    attempt.onResponseData(controller, Buffer.from('a'));
    attempt.onResponseEnd();
    expect({ results, bodies, aborted: controller.aborted }).toEqual({
      results: [COMPLETE],
      bodies: ['a'],
      aborted: false,
    });
  });

  it('cancels the provider at once when the client leaves, before and after headers', () => {
    for (const headersCame of [false, true]) {
      const { attempt, controller, results, gone } = begin();
      attempt.onRequestStart(controller);
      if (headersCame) attempt.onResponseStart(controller, 200, {});
      gone.announce();
      expect(controller.aborted).toBe(true);
      expect(results).toHaveLength(1);
    }
  });

  it('never calls the provider when the client had left before', () => {
    const { attempt, controller, results, gone } = begin();
    gone.announce();
    attempt.onRequestStart(controller);
    expect(controller.aborted).toBe(true);
    expect(results).toMatchObject([{ kind: 'client_gone' }]);
  });

  it.each([
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout_connect'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout_headers'],
    ['ECONNREFUSED', 'connect'],
    ['UND_ERR_SOCKET', 'reset'],
  ])('classifies %s before headers as %s', (code, kind) => {
    const { attempt, controller, results } = begin();
    attempt.onRequestStart(controller);
    attempt.onResponseError(controller, Object.assign(new Error('x'), { code }));
    expect(results).toMatchObject([{ kind }]);
  });

  it('passes over informational answers', () => {
    const { attempt, controller, results } = begin();
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 103, {});
    attempt.onResponseStart(controller, 200, {});
    attempt.onResponseEnd();
    expect(results).toEqual([COMPLETE]);
  });

  it.each([
    ['connect', [], 'timeout_connect', 10],
    ['headers', ['start'], 'timeout_headers', 20],
  ] as const)('gives a provider up that does not get beyond %s in time', async (_, steps, kind, limitMs) => {
    const { attempt, controller, results, clock } = begin();
    if (steps.includes('start' as never)) attempt.onRequestStart(controller);
    await clock.advance(limitMs);
    expect(results).toMatchObject([{ kind, failure: { timedOut: true } }]);
    // A connection that comes up after that is closed at once.
    if (!controller.aborted) attempt.onRequestStart(controller);
    expect(controller.aborted).toBe(true);
  });

  it('gives the receiver the word once the provider has answered', async () => {
    const { attempt, controller, results, clock } = begin();
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200, {});
    await clock.advance(29);
    expect(results).toEqual([]);
    await clock.advance(1);
    expect(results).toMatchObject([{ kind: 'interrupted', value: { end: 'stalled' } }]);
    expect(controller.aborted).toBe(true);
  });

  it('puts the limit off with every piece, but not with what is no content', async () => {
    const { attempt, controller, results, bodies, clock } = begin();
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200, {});
    for (let piece = 0; piece < 5; piece += 1) {
      attempt.onResponseData(controller, Buffer.from('x'));
      await clock.advance(39);
    }
    expect(results).toEqual([]);
    await clock.advance(1);
    expect(results).toHaveLength(1);
    expect(bodies).toHaveLength(5);
  });

  it('does not take a slow client for a silent provider', async () => {
    const { attempt, controller, results, clock } = begin();
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200, {});
    attempt.onResponseData(controller, Buffer.from('x'));
    attempt.pause();
    expect(controller.paused).toBe(true);
    await clock.advance(500);
    expect(results).toEqual([]);
    attempt.resume();
    expect(controller.paused).toBe(false);
    await clock.advance(80);
    expect(results).toHaveLength(1);
  });

  it('is cancelled when another attempt was quicker, and closes its connection', () => {
    for (const headersCame of [false, true]) {
      const { attempt, controller, results, cancelled } = begin();
      attempt.onRequestStart(controller);
      if (headersCame) attempt.onResponseStart(controller, 200, {});
      cancelled.stop();
      expect(results).toMatchObject([{ kind: 'hedge_lost' }]);
      expect(controller.aborted).toBe(true);
    }
  });

  it('leaves no timer and no listener behind, also when its last piece ends it', async () => {
    const { attempt, controller, results, clock, gone, cancelled } = begin();
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200, {});
    attempt.onResponseData(controller, Buffer.from('x'));
    attempt.onResponseEnd();
    attempt.onResponseData(controller, Buffer.from('late'));
    expect(clock.sleeping).toBe(0);
    gone.announce();
    cancelled.stop();
    await clock.advance(10_000);
    expect(results).toEqual([COMPLETE]);
  });

  it('reports exactly one result, whatever order of events reality invents', async () => {
    const events = fc.array(fc.constantFrom('data', 'end', 'error', 'gone', 'pause', 'resume', 'time', 'hedge'), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.boolean(), events, async (headersCame, list) => {
        const { attempt, controller, results, gone, cancelled, clock } = begin();
        attempt.onRequestStart(controller);
        if (headersCame) attempt.onResponseStart(controller, 200, {});
        for (const event of [...list, 'error']) {
          if (event === 'data') attempt.onResponseData(controller, Buffer.from('x'));
          else if (event === 'end') attempt.onResponseEnd();
          else if (event === 'error') attempt.onResponseError(controller, new Error('reset'));
          else if (event === 'gone') gone.announce();
          else if (event === 'pause') attempt.pause();
          else if (event === 'hedge') cancelled.stop();
          else if (event === 'time') await clock.advance(25);
          else attempt.resume();
        }
        expect(results).toHaveLength(1);
        expect(clock.sleeping).toBe(0);
      }),
    );
  });
});
