import { describe, expect, it } from 'vitest';
import { errorKindOfStatus } from './error-kind.js';

describe('errorKindOfStatus', () => {
  it.each([
    [400, 'invalid-request'],
    [401, 'authentication'],
    [402, 'billing'],
    [403, 'permission'],
    [404, 'not-found'],
    [408, 'timeout'],
    [413, 'too-large'],
    [422, 'invalid-request'],
    [429, 'rate-limit'],
    [500, 'server'],
    [503, 'overloaded'],
    [504, 'timeout'],
    [529, 'overloaded'],
  ])('tells %i as %s', (status, kind) => {
    expect(errorKindOfStatus(status)).toBe(kind);
  });

  it('blames the server for a status that is no error', () => {
    expect(errorKindOfStatus(302)).toBe('server');
  });
});
