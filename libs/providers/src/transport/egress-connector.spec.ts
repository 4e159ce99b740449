import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyAddress } from './address-class.js';
import { guardLookup } from './egress-connector.js';
import { EgressPolicy, EgressRefusedError } from './egress-policy.js';

const policy = new EgressPolicy({ blocksSpecialAddresses: true, allowedHosts: ['models.internal'] });

/** What a socket would learn of `host`, whose name server says `answer`. */
function resolve(host: string, answer: readonly LookupAddress[]): readonly LookupAddress[] | string {
  let result: readonly LookupAddress[] | string = 'no answer';
  const source: LookupFunction = (_host, _options, callback) => callback(null, [...answer]);
  guardLookup(policy, source)(host, { all: true }, (error, found) => {
    if (error instanceof EgressRefusedError) result = error.reason;
    else result = Array.isArray(found) ? found : 'not a list';
  });
  return result;
}

const addresses = fc.array(
  fc.oneof(
    fc.ipV4().map((address) => ({ address, family: 4 })),
    fc.ipV6().map((address) => ({ address, family: 6 })),
    fc.constantFrom('127.0.0.1', '10.0.0.1', '169.254.169.254').map((address) => ({ address, family: 4 })),
  ),
  { minLength: 1, maxLength: 4 },
);

describe('a guarded look-up', () => {
  it('gives a socket an address only if every address of the name is public', () => {
    fc.assert(
      fc.property(addresses, (answer) => {
        const allPublic = answer.every(({ address }) => classifyAddress(address) === 'global');
        expect(Array.isArray(resolve('example.com', answer))).toBe(allPublic);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives listed names private addresses, but never those of a metadata service', () => {
    const home = [{ address: '10.0.0.1', family: 4 }];
    expect(resolve('models.internal', home)).toEqual(home);
    expect(resolve('models.internal', [...home, { address: '169.254.169.254', family: 4 }])).toBe(
      'its host is a metadata service',
    );
  });

  it('judges a single answer as it judges a list', () => {
    const single: LookupFunction = (_host, _options, callback) => callback(null, '127.0.0.1', 4);
    guardLookup(policy, single)('example.com', {}, (error) => expect(error).toBeInstanceOf(EgressRefusedError));
    expect.assertions(1);
  });
});
