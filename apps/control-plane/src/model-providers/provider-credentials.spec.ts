import { z } from 'zod';
import { describe, expect, it } from 'vitest';

import { InvariantError } from '#kernel';
import type { CredentialRules, CredentialSchema } from '#providers';

import { credentialHints, readCredentials } from './provider-credentials.js';

const rules = (schema: CredentialSchema): CredentialRules => ({ schema, baseUrl: 'optional' });
const withKey = rules(z.strictObject({ api_key: z.string().trim().min(1), region: z.string().optional() }));

/** A schema that is none of Zod's. */
const answering = (result: ReturnType<CredentialSchema['~standard']['validate']>): CredentialRules =>
  rules({ '~standard': { version: 1, vendor: 'test', validate: () => result } });

describe('readCredentials', () => {
  it('takes what fits the rules of the vendor, as they write it', () => {
    expect(readCredentials(withKey, { api_key: ' k ' })).toEqual({ ok: true, credentials: { api_key: 'k' } });
  });

  it('leaves out what is not there', () => {
    const reading = readCredentials(answering({ value: { api_key: 'k', region: undefined } }), {});
    expect(reading).toEqual({ ok: true, credentials: { api_key: 'k' } });
  });

  it.each([
    [{}, ['credentials.api_key']],
    [{ api_key: 'k', apiKey: 'k' }, ['credentials']],
    ['text', ['credentials']],
    [{ api_key: 1, region: 2 }, ['credentials.api_key', 'credentials.region']],
  ])('refuses %j at %j', (input, paths) => {
    const reading = readCredentials(withKey, input);
    expect(reading.ok ? [] : reading.issues.map((issue) => issue.path)).toEqual(paths);
  });

  it('names the field of an issue in either of the forms that a schema may use', () => {
    const reading = readCredentials(answering({ issues: [{ path: ['a', { key: 'b' }], message: 'is wrong' }] }), {});
    expect(reading).toEqual({ ok: false, issues: [{ path: 'credentials.a.b', message: 'is wrong' }] });
  });

  it.each([
    ['late', Promise.resolve({ value: {} })],
    ['with anything but texts', { value: { api_key: 1 } }],
  ])('does not bear rules that answer %s', (_name, result) => {
    expect(() => readCredentials(answering(result), {})).toThrow(InvariantError);
  });
});

describe('credentialHints', () => {
  it('shows four characters of a long value and none of a short one', () => {
    expect(
      credentialHints({ api_key: 'sk-abcdefghij1234', access_key: 'short', auth_credentials: '{"private_key":"x"}' }),
    ).toEqual({
      api_key: '…1234',
      access_key: '…',
      auth_credentials: '…',
    });
  });
});
