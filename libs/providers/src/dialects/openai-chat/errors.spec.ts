import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { ModelError, ModelErrorKind } from '../../spec/model-error.js';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX } from '../../spec/model-error.js';
import { readError } from './read-error.js';
import { writeError } from './write-error.js';

function read(status: number, body: unknown): ModelError {
  return readError(status, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
}

describe('an error answer of a vendor', () => {
  it.each<[string, number, unknown, Partial<ModelError>]>([
    [
      'of OpenAI',
      404,
      { error: { message: 'no such model', type: 'invalid_request_error', param: 'model', code: 'model_not_found' } },
      {
        kind: 'not-found',
        message: 'no such model',
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
    ],
    [
      'about its context window',
      400,
      { error: { message: 'too long', code: 'context_length_exceeded' } },
      { kind: 'context-length' },
    ],
    [
      'of vLLM about its context window',
      400,
      { object: 'error', message: "This model's maximum context length is 4096 tokens.", code: 400 },
      { kind: 'context-length', code: '400' },
    ],
    ['about money', 429, { error: { message: 'x', type: 'insufficient_quota' } }, { kind: 'billing' }],
    [
      'about rates',
      429,
      { error: { message: 'x', type: 'tokens', code: 'rate_limit_exceeded' } },
      { kind: 'rate-limit' },
    ],
    [
      'of Azure about content',
      400,
      { error: { message: 'x', code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
      { kind: 'content-filter' },
    ],
    ['about content', 400, { error: { message: 'x', code: 'content_policy_violation' } }, { kind: 'content-filter' }],
    [
      'of xAI about a key',
      400,
      { code: 'invalid argument', error: 'Incorrect API key provided: xa***' },
      { kind: 'authentication', message: 'Incorrect API key provided: xa***', code: 'invalid argument' },
    ],
    ['that is text', 500, { error: 'boom' }, { kind: 'server', message: 'boom' }],
    ['with a bare message', 401, { message: 'who are you' }, { kind: 'authentication', message: 'who are you' }],
    ['of FastAPI in words', 403, { detail: 'not you' }, { kind: 'permission', message: 'not you' }],
    [
      'of FastAPI in a list',
      422,
      { detail: [{ loc: ['body', 'messages', 0], msg: 'field required' }, { msg: 'and more' }] },
      { kind: 'invalid-request', message: 'body.messages.0: field required; and more' },
    ],
    [
      'of Mistral',
      422,
      { object: 'error', message: { detail: [{ loc: ['body'], msg: 'bad' }] }, type: 'invalid_request_error' },
      { kind: 'invalid-request', message: 'body: bad', type: 'invalid_request_error' },
    ],
    [
      'of Google in a list',
      503,
      [{ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } }],
      { kind: 'overloaded', message: 'overloaded', code: '503' },
    ],
    ['in plain text', 502, 'upstream connect error', { kind: 'server', message: 'upstream connect error' }],
    [
      'that is a page',
      502,
      '<html><head><title>502 Bad Gateway</title></head></html>',
      { kind: 'server', message: 'The provider answered 502 with a page: 502 Bad Gateway.' },
    ],
    ['that is empty', 504, '', { kind: 'timeout', message: 'The provider answered 504 without a body.' }],
    ['that says nothing', 400, {}, { kind: 'invalid-request', message: 'The provider reported an error.' }],
    ['that is null', 529, 'null', { kind: 'overloaded', message: 'The provider reported an error.' }],
  ])('%s', (_title, status, body, expected) => {
    expect(read(status, body)).toMatchObject({ status, ...expected });
  });

  it('is read in bounds, whatever it is', () => {
    const json = fc.jsonValue({ maxDepth: 2, depthSize: 'xsmall' });
    const body = fc.oneof(
      fc.string(),
      json.map((value) => JSON.stringify(value)),
      fc
        .record({ error: fc.oneof(json, fc.record({ message: json, code: json, type: json, param: json })) })
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), body, (status, text) => {
        const error = read(status, text);
        expect(error.status).toBe(status);
        expect(error.message).not.toBe('');
      }),
      { numRuns: 300 },
    );
    expect(read(400, { error: { message: 'x'.repeat(10_000) } }).message).toHaveLength(
      MODEL_ERROR_MESSAGE_CHARACTERS_MAX,
    );
    expect(read(500, 'x'.repeat(1_000_000)).message).toHaveLength(MODEL_ERROR_MESSAGE_CHARACTERS_MAX);
  });
});

describe('an error answer for a client', () => {
  it.each<[ModelErrorKind, string, string | null]>([
    ['invalid-request', 'invalid_request_error', null],
    ['authentication', 'authentication_error', 'invalid_api_key'],
    ['billing', 'insufficient_quota', 'insufficient_quota'],
    ['permission', 'permission_error', null],
    ['not-found', 'invalid_request_error', 'model_not_found'],
    ['too-large', 'invalid_request_error', 'request_too_large'],
    ['context-length', 'invalid_request_error', 'context_length_exceeded'],
    ['content-filter', 'invalid_request_error', 'content_filter'],
    ['rate-limit', 'rate_limit_error', 'rate_limit_exceeded'],
    ['overloaded', 'service_unavailable_error', 'server_is_overloaded'],
    ['timeout', 'server_error', 'timeout'],
    ['server', 'server_error', null],
  ])('of kind %s has the type %s and the code %s', (kind, type, code) => {
    expect(writeError({ kind, status: 400, message: 'x' })).toEqual({
      error: { message: 'x', type, param: null, code },
    });
  });

  it('keeps the vendor’s code where OpenAI has none, and the field that it objects to', () => {
    const error: ModelError = { kind: 'server', status: 500, message: 'x', code: 'E42', param: 'n', type: 'theirs' };
    expect(writeError(error)).toEqual({ error: { message: 'x', type: 'server_error', param: 'n', code: 'E42' } });
  });

  it('is raised by OpenAI’s SDK with all that it says', async () => {
    const body = JSON.stringify(
      writeError({ kind: 'context-length', status: 400, message: 'too long', param: 'messages' }),
    );
    const client = new OpenAI({
      apiKey: 'none',
      maxRetries: 0,
      fetch: () =>
        Promise.resolve(new Response(body, { status: 400, headers: { 'content-type': 'application/json' } })),
    });
    await expect(client.chat.completions.create({ model: 'm', messages: [] })).rejects.toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
      param: 'messages',
    });
  });
});
