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

  it('reports exactly one result, whatever order of events reality invents', () => {
    const events = fc.array(fc.constantFrom('data', 'end', 'error', 'gone', 'pause', 'resume'), { maxLength: 12 });
    fc.assert(
      fc.property(fc.boolean(), events, (headersCame, list) => {
        const { attempt, controller, results, gone } = begin();
        attempt.onRequestStart(controller);
        if (headersCame) attempt.onResponseStart(controller, 200, {});
        for (const event of [...list, 'error']) {
          if (event === 'data') attempt.onResponseData(controller, Buffer.from('x'));
          else if (event === 'end') attempt.onResponseEnd();
          else if (event === 'error') attempt.onResponseError(controller, new Error('reset'));
          else if (event === 'gone') gone.announce();
          else if (event === 'pause') attempt.pause();
          else attempt.resume();
        }
        expect(results).toHaveLength(1);
      }),
    );
  });
});
