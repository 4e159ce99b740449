import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX, type ModelError, type ModelErrorKind } from '../../spec/model-error.js';
import { readError, writeError } from './errors.js';

function read(status: number, type: string, message: string, details?: object): ModelError {
  return readError(status, Buffer.from(JSON.stringify({ type: 'error', error: { type, message, details } })));
}

describe('an error answer of Anthropic', () => {
  it.each<[number, string, string, ModelErrorKind]>([
    [400, 'invalid_request_error', 'messages: roles must alternate', 'invalid-request'],
    [400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum', 'context-length'],
    [
      400,
      'invalid_request_error',
      'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000',
      'context-length',
    ],
    [400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.', 'billing'],
    [400, 'invalid_request_error', 'You have reached your specified API usage limits.', 'billing'],
    [400, 'invalid_request_error', 'Output blocked by content filtering policy', 'content-filter'],
    [401, 'authentication_error', 'invalid x-api-key', 'authentication'],
    [402, 'billing_error', 'm', 'billing'],
    [403, 'permission_error', 'm', 'permission'],
    [404, 'not_found_error', 'model: claude-9', 'not-found'],
    [409, 'conflict_error', 'm', 'invalid-request'],
    [413, 'request_too_large', 'm', 'too-large'],
    [429, 'rate_limit_error', 'm', 'rate-limit'],
    [500, 'api_error', 'Internal server error', 'server'],
    [504, 'timeout_error', 'm', 'timeout'],
    [529, 'overloaded_error', 'Overloaded', 'overloaded'],
    [503, 'some_new_error', 'm', 'overloaded'],
    [418, 'some_new_error', 'm', 'invalid-request'],
  ])('%i %s "%s" is of the kind %s', (status, type, message, kind) => {
    expect(read(status, type, message)).toEqual({ kind, status, message, type });
  });

  it('tells a reached limit of spending from a limit of rate by its code', () => {
    expect(read(429, 'rate_limit_error', 'm', { error_code: 'enforced_spend_limit_reached' })).toMatchObject({
      kind: 'billing',
      code: 'enforced_spend_limit_reached',
    });
    expect(read(429, 'rate_limit_error', 'm', { error_code: 'ramp_limit_exceeded' }).kind).toBe('rate-limit');
  });

  it.each([
    ['<html>Bad gateway</html>', 'the provider answered with status 502'],
    ['', 'the provider answered with status 502'],
    ['{"error":', 'the provider answered with status 502'],
    ['upstream connect error\n', 'upstream connect error'],
    ['{"message":"Too many tokens"}', 'Too many tokens'],
    ['{"error":{}}', 'the provider reported an error'],
  ])('has a sentence whatever its body is: %s', (body, message) => {
    expect(readError(502, Buffer.from(body))).toMatchObject({ kind: 'server', status: 502, message });
  });

  it('never throws, never answers with success, and bounds its sentence', () => {
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
      fc.jsonValue().map((value) => Buffer.from(JSON.stringify({ error: value }))),
      fc.constant(Buffer.from(JSON.stringify({ error: { message: 'x'.repeat(9000) } }))),
      fc.constant(Buffer.from('x'.repeat(9000))),
    );
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 700 }), bodies, (status, body) => {
        const error = readError(status, body);
        expect(error.status).toBeGreaterThanOrEqual(400);
        expect(error.status).toBeLessThanOrEqual(599);
        expect(error.message.length).toBeLessThanOrEqual(MODEL_ERROR_MESSAGE_CHARACTERS_MAX);
        expect(error.message).not.toBe('');
      }),
    );
  });
});

describe('an error answer for a Messages client', () => {
  it.each<[ModelErrorKind, string]>([
    ['invalid-request', 'invalid_request_error'],
    ['authentication', 'authentication_error'],
    ['billing', 'billing_error'],
    ['permission', 'permission_error'],
    ['not-found', 'not_found_error'],
    ['too-large', 'request_too_large'],
    ['content-filter', 'invalid_request_error'],
    ['rate-limit', 'rate_limit_error'],
    ['overloaded', 'overloaded_error'],
    ['timeout', 'timeout_error'],
    ['server', 'api_error'],
  ])('of the kind %s has the type %s', (kind, type) => {
    expect(writeError({ kind, status: 400, message: 'm' })).toEqual({
      type: 'error',
      error: { type, message: 'm' },
      request_id: null,
    });
  });

  it('says that the prompt is too long in the words that clients of Anthropic know', () => {
    const messageOf = (message: string): unknown =>
      writeError({ kind: 'context-length', status: 400, message })['error'];
    expect(messageOf('maximum context length is 8192 tokens')).toEqual({
      type: 'invalid_request_error',
      message: 'prompt is too long: maximum context length is 8192 tokens',
    });
    expect(messageOf('Prompt is too long: 9 > 8')).toMatchObject({ message: 'Prompt is too long: 9 > 8' });
  });
});
