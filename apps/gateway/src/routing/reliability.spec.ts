import type { RoutingPolicyPayload } from '#gateway-protocol';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import { readReliability, type Reliability } from './reliability.js';
import { bundleWith, policy } from './testing/plan-fixtures.js';

const DEFAULTS = { connectMs: 1, headersMs: 2, firstTokenMs: 3, betweenTokensMs: 4, totalMs: 5 };

const LIMITS = [
  ['connect', 'connectMs'],
  ['headers', 'headersMs'],
  ['first-token', 'firstTokenMs'],
  ['between-tokens', 'betweenTokensMs'],
  ['total', 'totalMs'],
] as const;

function read(headers: Record<string, string>, members?: Partial<RoutingPolicyPayload>): Reliability {
  const { routing } = bundleWith([], members === undefined ? {} : policy(members));
  return readReliability(headers, routing.policy, DEFAULTS);
}

describe('how hard a request is tried', () => {
  it('is the gateway’s defaults where nobody says anything', () => {
    expect(read({})).toEqual({
      resume: 'none',
      delivery: 'streamed',
      limits: DEFAULTS,
      deadlineMs: undefined,
      retriesMax: 1,
      hedgeAfterMs: null,
      outcomes: {},
    });
  });

  it('is what the policy says', () => {
    const reliability = read(
      {},
      {
        resume: 'continue',
        delivery: 'buffered',
        retries_max: 0,
        hedge_after_ms: 0,
        outcomes: { rate_limited: 'next' },
        time_limits_ms: {
          connect: 101,
          headers: 102,
          first_token: 103,
          between_tokens: 104,
          total: 105,
          deadline: 106,
        },
      },
    );
    expect(reliability).toEqual({
      resume: 'continue',
      delivery: 'buffered',
      limits: { connectMs: 101, headersMs: 102, firstTokenMs: 103, betweenTokensMs: 104, totalMs: 105 },
      deadlineMs: 106,
      retriesMax: 0,
      hedgeAfterMs: 0,
      outcomes: { rate_limited: 'next' },
    });
  });

  it.each(LIMITS)('has its own header for the %s limit, which goes before the policy', (word, name) => {
    const key = word.replace('-', '_');
    const reliability = read({ [`x-langwatch-${word}-timeout-ms`]: '7000' }, { time_limits_ms: { [key]: 200 } });
    expect(reliability.limits).toEqual({ ...DEFAULTS, [name]: 7000 });
  });

  it('has headers for the deadline, resumption and delivery, which go before the policy', () => {
    const headers = {
      'x-langwatch-timeout-ms': '60000',
      'x-langwatch-resume': 'restart',
      'x-langwatch-delivery': 'streamed',
    };
    expect(read(headers, { resume: 'none', delivery: 'buffered', time_limits_ms: { deadline: 1000 } })).toMatchObject({
      deadlineMs: 60_000,
      resume: 'restart',
      delivery: 'streamed',
    });
  });

  it('can be lowered to nothing by a header, where the policy resumes', () => {
    expect(read({ 'x-langwatch-resume': 'none' }, { resume: 'continue' }).resume).toBe('none');
  });
});

describe('a header of a limit', () => {
  const names = [...LIMITS.map(([word]) => `x-langwatch-${word}-timeout-ms`), 'x-langwatch-timeout-ms'];

  it.each(names)('%s takes 100 milliseconds to one hour', (name) => {
    for (const good of ['100', '3600000']) expect(() => read({ [name]: good })).not.toThrow();
    for (const bad of ['99', '3600001', '0', '-1', '', ' ', 'soon', '100.5', 'Infinity', 'NaN', '100, 200']) {
      expect(
        refusalOf(() => read({ [name]: bad })),
        bad,
      ).toMatchObject({
        code: 'bad_request',
        detail: { meta: { header: name } },
      });
    }
  });

  it('is refused with the bounds in words', () => {
    expect(refusalOf(() => read({ 'x-langwatch-timeout-ms': '5' }))?.message).toBe(
      'The header x-langwatch-timeout-ms must be a whole number of milliseconds from 100 to 3600000.',
    );
  });
});

describe('a header of a choice', () => {
  it.each([
    ['x-langwatch-resume', '"none", "continue", "restart"'],
    ['x-langwatch-delivery', '"streamed", "buffered"'],
  ])('%s takes only the words that there are', (name, words) => {
    for (const bad of ['', 'Continue', 'yes', 'none,continue']) {
      const refusal = refusalOf(() => read({ [name]: bad }));
      expect(refusal?.message).toBe(`The header ${name} must be one of ${words}.`);
      expect(refusal?.code).toBe('bad_request');
    }
  });
});

function refusalOf(action: () => unknown): GatewayError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    return error as GatewayError;
  }
}
