import { anthropicMessagesProvider, geminiProvider, openAiChatProvider, type ProviderCodec } from '#providers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTranslatedCall } from '../generation/translated-call.js';
import type { RelayResult } from './answer-receiver.js';
import { ERROR_BODY_BYTES_MAX, ErrorAnswerReceiver } from './error-answer-receiver.js';
import { cutAt, anyCuts } from './testing/chunks.js';
import { ANSWER_CONTEXT, streamedDialect } from './testing/dialects.js';
import type { UpstreamCall } from './upstream-call.js';

const NOW_MS = Date.UTC(2026, 0, 1);
const STRAIGHT = streamedDialect('openai-chat').straightCall;

interface Given {
  readonly call?: UpstreamCall;
  readonly headers?: Record<string, string>;
}

function receive(
  status: number,
  { call = STRAIGHT, headers = {} }: Given = {},
): {
  readonly receiver: ErrorAnswerReceiver;
  readonly results: RelayResult[];
} {
  const results: RelayResult[] = [];
  const answer = { status, headers, receivedAtMs: NOW_MS };
  return { receiver: new ErrorAnswerReceiver(call, answer, (result) => void results.push(result)), results };
}

/** The result of an error answer with this body. */
function resultOf(status: number, body: string, given: Given = {}): RelayResult | undefined {
  const { receiver, results } = receive(status, given);
  receiver.data(Buffer.from(body));
  receiver.end();
  expect(results).toHaveLength(1);
  return results[0];
}

function translatedFrom(provider: ProviderCodec): UpstreamCall {
  const { codec } = streamedDialect('openai-chat');
  return createTranslatedCall({
    inbound: codec,
    provider,
    body: Buffer.from('{}'),
    streams: true,
    context: ANSWER_CONTEXT,
    createWriter: () => codec.createStreamWriter(ANSWER_CONTEXT),
  });
}

const openAi = (members: object): string => JSON.stringify({ error: { message: 'no', ...members } });

describe('an error answer', () => {
  it.each([
    [400, 'client_error'],
    [401, 'credential_error'],
    [403, 'credential_error'],
    [404, 'not_found'],
    [408, 'timeout_headers'],
    [422, 'client_error'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [502, 'server_error'],
    [503, 'overloaded'],
    [504, 'timeout_headers'],
    [507, 'server_fault'],
    [529, 'overloaded'],
    [302, 'client_error'],
    [304, 'client_error'],
  ] as const)('of status %d is %s by that alone', (status, kind) => {
    expect(resultOf(status, 'no JSON')).toMatchObject({ kind, failure: { kind: 'answered', status } });
  });

  it.each([
    ['a window that is too small', 400, openAi({ code: 'context_length_exceeded' }), STRAIGHT, 'context_length'],
    [
      'a window that is too small, in Anthropic’s words',
      400,
      '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}',
      translatedFrom(anthropicMessagesProvider),
      'context_length',
    ],
    ['a filter', 400, openAi({ code: 'content_filter' }), STRAIGHT, 'content_filter'],
    [
      'an overload behind another status',
      500,
      '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
      translatedFrom(anthropicMessagesProvider),
      'overloaded',
    ],
    [
      'a conversation that only another has',
      400,
      openAi({ code: 'previous_response_not_found' }),
      STRAIGHT,
      'not_found',
    ],
  ] as const)('is told apart by its words: %s', (_, status, body, call, kind) => {
    expect(resultOf(status, body, { call })).toMatchObject({ kind });
  });

  it('of an account without money is never worth waiting for, whatever its headers promise', () => {
    const headers = { 'retry-after': '1' };
    expect(
      resultOf(429, openAi({ code: 'insufficient_quota', type: 'insufficient_quota' }), { headers }),
    ).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: Infinity,
      failure: { error: { kind: 'billing' } },
    });
    expect(resultOf(429, openAi({ type: 'requests' }), { headers })).toMatchObject({ retryAfterMs: 1_000 });
  });

  it('says how long it asks to be left alone', () => {
    expect(resultOf(503, '', { headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:04 GMT' } })).toMatchObject({
      retryAfterMs: 4_000,
    });
    expect(resultOf(503, '')).toMatchObject({ retryAfterMs: undefined });
  });
});

describe('the bytes of an error answer', () => {
  it('stay as they are where the client speaks the provider’s dialect', () => {
    const body = '{ "error" : {"message":"Grüße","extra":1} }';
    const result = resultOf(400, body, { headers: { 'content-type': 'application/problem+json' } });
    expect(result).toMatchObject({
      failure: { body: Buffer.from(body), headers: { 'content-type': 'application/problem+json' } },
    });
  });

  it('are written in the client’s dialect where it does not', () => {
    const body = '{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED"}}';
    const headers = { 'content-type': 'text/plain', 'x-ratelimit-remaining-tokens': '0' };
    const result = resultOf(429, body, { call: translatedFrom(geminiProvider), headers });
    const failure = result !== undefined && 'failure' in result ? result.failure : undefined;
    if (failure?.kind !== 'answered') throw new Error('it is an answer');
    expect(JSON.parse(failure.body.toString())).toMatchObject({ error: { message: 'Quota' } });
    expect(failure.headers).toEqual({ ...headers, 'content-type': 'application/json' });
  });

  it('are kept up to one mebibyte', () => {
    const { receiver, results } = receive(500);
    const chunk = Buffer.alloc(400 * 1024, 'x');
    for (let count = 0; count < 5; count += 1) receiver.data(chunk);
    receiver.end();
    const [result] = results;
    const failure = result !== undefined && 'failure' in result ? result.failure : undefined;
    expect(failure?.kind === 'answered' ? failure.body.length : 0).toBe(ERROR_BODY_BYTES_MAX);
  });

  it('are the same at whatever bytes they were cut, and never make it throw', () => {
    const calls = fc.constantFrom(
      STRAIGHT,
      translatedFrom(anthropicMessagesProvider),
      translatedFrom(openAiChatProvider),
    );
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"error":${json}}`),
      fc.constant(openAi({ code: 'x' })),
    );
    fc.assert(
      fc.property(calls, bodies, anyCuts, fc.constantFrom(400, 429, 500), (call, body, cuts, status) => {
        const { receiver, results } = receive(status, { call });
        for (const chunk of cutAt(body, cuts)) receiver.data(chunk);
        receiver.end();
        expect(results).toEqual([resultOf(status, body, { call })]);
      }),
    );
  });
});

describe('an error answer that breaks off', () => {
  it.each(['broken', 'timeUp'] as const)('counts by its status when some of its body came (%s)', (how) => {
    const { receiver, results } = receive(503);
    receiver.data(Buffer.from('{"error":'));
    if (how === 'broken') receiver.broken(new Error('reset'));
    else receiver.timeUp('timeout_stall');
    expect(results).toMatchObject([{ kind: 'overloaded', failure: { kind: 'answered' } }]);
  });

  it('counts as what broke it when nothing came', () => {
    const broken = receive(503);
    broken.receiver.broken(new Error('reset'));
    expect(broken.results).toMatchObject([{ kind: 'reset' }]);
    const silent = receive(503);
    silent.receiver.timeUp('timeout_first_token');
    expect(silent.results).toMatchObject([{ kind: 'timeout_first_token' }]);
    expect(silent.receiver.phase).toBe('first-token');
  });

  it('is of no use to a client that left', () => {
    const { receiver, results } = receive(503);
    receiver.data(Buffer.from('{}'));
    receiver.clientGone();
    expect(results).toMatchObject([{ kind: 'client_gone' }]);
  });
});
