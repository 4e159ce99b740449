import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Random, SystemRandom } from '#kernel';

import { mintKey } from './mint-key.js';

class FixedRandom extends Random {
  constructor(private readonly fixed: Uint8Array) {
    super();
  }

  override next(): number {
    return 0;
  }

  override bytes(): Uint8Array {
    return this.fixed;
  }
}

const sixteenBytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
const environment = fc.constantFrom('live', 'test');

describe('mintKey', () => {
  it('every key has the documented form', () => {
    fc.assert(
      fc.property(environment, sixteenBytes, (where, bytes) => {
        const { secret } = mintKey(where, new FixedRandom(bytes));
        expect(secret).toMatch(/^vk-lw-(live|test)_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
      }),
    );
  });

  it('different bytes give different keys: all 128 bits are in the text', () => {
    fc.assert(
      fc.property(sixteenBytes, fc.integer({ min: 0, max: 127 }), (bytes, bit) => {
        const flipped = Uint8Array.from(bytes, (byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        expect(mintKey('live', new FixedRandom(flipped)).secret).not.toBe(
          mintKey('live', new FixedRandom(bytes)).secret,
        );
      }),
    );
  });

  it('the display prefix starts the secret and gives six characters of it away', () => {
    fc.assert(
      fc.property(environment, sixteenBytes, (where, bytes) => {
        const { secret, displayPrefix } = mintKey(where, new FixedRandom(bytes));
        expect(secret.startsWith(displayPrefix)).toBe(true);
        expect(displayPrefix).toHaveLength('vk-lw-live_'.length + 6);
      }),
    );
  });

  it('keys of the machine do not repeat', () => {
    const random = new SystemRandom();
    const secrets = new Set(Array.from({ length: 1000 }, () => mintKey('live', random).secret));
    expect(secrets.size).toBe(1000);
  });
});
