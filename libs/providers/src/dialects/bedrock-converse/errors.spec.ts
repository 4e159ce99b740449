import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX, type ModelErrorKind } from '../../spec/model-error.js';
import { readError, readException } from './errors.js';

function read(status: number, body: object) {
  return readError(status, Buffer.from(JSON.stringify(body)));
}

describe('readError', () => {
  it.each<[number, object, ModelErrorKind]>([
    [400, { message: 'Malformed input request' }, 'invalid-request'],
    [400, { message: 'Input is too long for requested model.' }, 'context-length'],
    [
      400,
      { message: 'The model returned the following errors: prompt is too long: 210000 tokens > 200000' },
      'context-length',
    ],
    [400, { message: 'Too many input tokens. Max input tokens: 8192' }, 'context-length'],
    [429, { message: 'Too many tokens, please wait before trying again.' }, 'rate-limit'],
    [429, { __type: 'ThrottlingException', message: 'Too many tokens per day' }, 'rate-limit'],
    [400, { __type: 'ThrottlingException', message: 'Rate exceeded' }, 'rate-limit'],
    [429, { __type: 'ModelNotReadyException', message: 'The model is not ready' }, 'overloaded'],
    [403, { Message: 'User: arn:aws:iam::1:user/a is not authorized to perform: bedrock:InvokeModel' }, 'permission'],
    [403, { message: 'The security token included in the request is invalid.' }, 'authentication'],
    [403, { message: 'Authentication failed: Please make sure your API Key is valid.' }, 'authentication'],
    [
      403,
      { __type: 'com.amazon.coral.service#InvalidSignatureException', message: 'Signature expired' },
      'authentication',
    ],
    [403, { __type: 'ExpiredTokenException:http://internal.amazon.com/', message: 'expired' }, 'authentication'],
    [404, { message: 'The model was not found' }, 'not-found'],
    [408, { message: 'Model timed out' }, 'timeout'],
    [424, { message: 'The model failed', originalStatusCode: 500 }, 'server'],
    [500, { message: 'Internal error' }, 'server'],
    [503, { message: 'Too many connections' }, 'overloaded'],
  ])('tells what %i %j is', (status, body, kind) => {
    expect(read(status, body)).toMatchObject({ kind, status });
  });

  it('keeps the sentence and the bare name of the exception', () => {
    expect(read(400, { __type: 'com.amazon.coral.validate#ValidationException', message: 'No.' })).toEqual({
      kind: 'invalid-request',
      status: 400,
      message: 'No.',
      type: 'ValidationException',
    });
  });

  it('says what it can where the body says nothing', () => {
    expect(readError(502, Buffer.from('<html>Bad Gateway</html>'))).toEqual({
      kind: 'server',
      status: 502,
      message: 'Bedrock answered with status 502 and said no more.',
    });
  });

  it('reads any body without throwing, into a bounded message', () => {
    const body = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.jsonValue().map((value) => Buffer.from(JSON.stringify({ message: value, __type: value }))),
      fc.constant(Buffer.from(JSON.stringify({ message: 'x'.repeat(10_000) }))),
    );
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), body, (status, bytes) => {
        const { message } = readError(status, bytes);
        expect(message.length).toBeGreaterThan(0);
        expect(message.length).toBeLessThanOrEqual(MODEL_ERROR_MESSAGE_CHARACTERS_MAX);
      }),
    );
  });
});

describe('readException', () => {
  it.each<[string, ModelErrorKind, number]>([
    ['throttlingException', 'rate-limit', 429],
    ['serviceUnavailableException', 'overloaded', 503],
    ['internalServerException', 'server', 500],
    ['modelStreamErrorException', 'server', 502],
    ['modelTimeoutException', 'timeout', 408],
    ['validationException', 'invalid-request', 400],
    ['InternalError', 'server', 500],
  ])('gives %s the kind %s and the status %i', (name, kind, status) => {
    expect(readException(name, '{"message":"It broke."}')).toEqual({ kind, status, message: 'It broke.', type: name });
  });

  it('names the exception where it brings no message', () => {
    expect(readException('internalServerException', '').message).toContain('internalServerException');
  });
});
