import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX, type ModelErrorKind } from '../../spec/model-error.js';
import { readGeminiError, writeGeminiError } from './errors.js';

function read(status: number, body: unknown): ReturnType<typeof readGeminiError> {
  return readGeminiError(status, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
}

describe('errors of Google', () => {
  it('are read with type, code and field', () => {
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' },
      { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'contents[0]' }] },
    ];
    const error = { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT', details };
    expect(read(400, { error })).toEqual({
      kind: 'authentication',
      status: 400,
      message: 'API key not valid.',
      type: 'INVALID_ARGUMENT',
      code: 'API_KEY_INVALID',
      param: 'contents[0]',
    });
  });

  it.each<[number, string | undefined, string, ModelErrorKind]>([
    [400, 'INVALID_ARGUMENT', 'bad field', 'invalid-request'],
    [
      400,
      'INVALID_ARGUMENT',
      'The input token count (9) exceeds the maximum number of tokens allowed (5).',
      'context-length',
    ],
    [400, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit: 20971520 bytes.', 'too-large'],
    [400, 'FAILED_PRECONDITION', 'Please enable billing on project x.', 'billing'],
    [401, 'UNAUTHENTICATED', 'x', 'authentication'],
    [403, 'PERMISSION_DENIED', 'x', 'permission'],
    [404, 'NOT_FOUND', 'x', 'not-found'],
    [429, 'RESOURCE_EXHAUSTED', 'Quota exceeded, check your billing details.', 'rate-limit'],
    [500, 'INTERNAL', 'x', 'server'],
    [503, 'UNAVAILABLE', 'x', 'overloaded'],
    [504, 'DEADLINE_EXCEEDED', 'x', 'timeout'],
    [429, undefined, 'x', 'rate-limit'],
    [418, 'SOMETHING_NEW', 'x', 'invalid-request'],
  ])('%i %s "%s" is of kind %s', (status, code, message, kind) => {
    expect(read(status, { error: { code: status, message, status: code } })).toMatchObject({ kind, status, message });
    expect(read(status, [{ error: { code: status, message, status: code } }]).kind).toBe(kind);
  });

  it('are read from anything, bounded', () => {
    expect(read(502, '<html>')).toEqual({ kind: 'server', status: 502, message: '<html>' });
    expect(read(403, '')).toMatchObject({ kind: 'permission', message: 'the provider answered with status 403' });
    expect(read(400, { error: 'invalid_grant' })).toMatchObject({ message: 'invalid_grant' });
    expect(read(500, 'x'.repeat(10_000)).message).toHaveLength(MODEL_ERROR_MESSAGE_CHARACTERS_MAX);
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        expect(read(status, body).status).toBe(status);
      }),
    );
  });

  it('are written as Google writes them, and read again as the same kind', () => {
    expect(writeGeminiError({ kind: 'not-found', status: 404, message: 'no such model' })).toEqual({
      error: { code: 404, message: 'no such model', status: 'NOT_FOUND' },
    });
    const kinds: ModelErrorKind[] = [
      'authentication',
      'permission',
      'not-found',
      'rate-limit',
      'overloaded',
      'timeout',
      'server',
    ];
    for (const kind of kinds) {
      const written = writeGeminiError({ kind, status: 0, message: 'x' }) as { error: { code: number } };
      expect(read(written.error.code, written)).toMatchObject({ kind, status: written.error.code });
    }
  });
});
