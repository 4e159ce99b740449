import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX } from '../../spec/model-error.js';
import { readEventError, readResponsesError } from './errors.js';
import { writeResponsesError } from './write-error.js';

function read(status: number, body: unknown): ReturnType<typeof readResponsesError> {
  return readResponsesError(status, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
}

describe('an error answer of a provider', () => {
  it('is read as OpenAI writes it', () => {
    const error = {
      message: 'too long',
      type: 'invalid_request_error',
      param: 'input',
      code: 'context_length_exceeded',
    };
    expect(read(400, { error })).toEqual({
      kind: 'context-length',
      status: 400,
      message: 'too long',
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
      param: 'input',
    });
  });

  it.each([
    [429, { code: 'insufficient_quota', type: 'insufficient_quota' }, 'billing'],
    [429, { code: null, type: 'insufficient_quota' }, 'billing'],
    [429, { code: 'rate_limit_exceeded', type: 'tokens' }, 'rate-limit'],
    [401, { code: 'invalid_api_key', type: 'invalid_request_error' }, 'authentication'],
    [403, { type: 'invalid_request_error' }, 'permission'],
    [404, { code: 'model_not_found', type: 'invalid_request_error' }, 'not-found'],
    [400, { code: 'content_filter' }, 'content-filter'],
    [400, { code: 400, message: "This model's maximum context length is 4096 tokens" }, 'context-length'],
    [503, { code: 'server_is_overloaded', type: 'server_error' }, 'overloaded'],
    [500, { type: 'server_error' }, 'server'],
  ])('with status %i and %j is of kind %s', (status, error, kind) => {
    expect(read(status, { error })).toMatchObject({ kind, status });
  });

  it.each([
    ['a detail', { detail: 'Instructions are required' }, 'Instructions are required'],
    ['a list of details', { detail: [{ loc: ['body'], msg: 'field required' }] }, 'field required'],
    ['a message', { message: 'no' }, 'no'],
    ['an error that is a text', { error: 'no' }, 'no'],
    ['text', 'upstream connect error', 'upstream connect error'],
    ['a page', '<html><h1>Bad Gateway</h1></html>', 'the provider answered with status 502'],
    ['nothing', '', 'the provider answered with status 502'],
  ])('gives its sentence when it is %s', (_name, body, message) => {
    expect(read(502, body)).toMatchObject({ status: 502, message });
  });

  it('never throws, keeps the status and bounds the message, whatever the body is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        expect(read(status, body).status).toBe(status);
      }),
    );
    expect(read(400, { error: { message: 'x'.repeat(10_000) } }).message).toHaveLength(
      MODEL_ERROR_MESSAGE_CHARACTERS_MAX,
    );
  });
});

describe('an error inside of a stream', () => {
  it('gets the status that fits it', () => {
    expect(readEventError({ type: 'error', code: 'server_is_overloaded', message: 'x' })).toMatchObject({
      status: 503,
    });
    expect(readEventError({ type: 'error', error: { code: 429, message: 'x' } })).toMatchObject({
      kind: 'rate-limit',
      status: 429,
    });
    expect(readEventError({ type: 'response.failed', response: { status: 'failed', error: null } })).toEqual({
      kind: 'server',
      status: 502,
      message: 'the provider reported an error',
    });
  });
});

describe('an error answer for a client', () => {
  it('uses the words by which clients of OpenAI decide whether to try again', () => {
    const written = (kind: 'rate-limit' | 'billing' | 'context-length' | 'not-found'): unknown =>
      writeResponsesError({ kind, status: 400, message: 'm', type: 'x', code: 'y' });
    expect(written('rate-limit')).toEqual({
      error: { message: 'm', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' },
    });
    expect(written('billing')).toMatchObject({ error: { code: 'insufficient_quota' } });
    expect(written('context-length')).toMatchObject({ error: { code: 'context_length_exceeded' } });
    expect(written('not-found')).toMatchObject({ error: { type: 'not_found_error', code: 'y' } });
  });
});
