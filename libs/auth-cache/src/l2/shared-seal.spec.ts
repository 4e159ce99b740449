import fc from 'fast-check';
import { CompactEncrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { SharedSeal } from './shared-seal.js';

const seal = new SharedSeal({ current: 'one secret' });
const rotated = new SharedSeal({ current: 'another secret', previous: 'one secret' });

describe('a seal', () => {
  it('opens what it closed, and nothing of it can be read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const sealed = await seal.seal('entry', { value, secret: 'sk-telltale' });
        expect(sealed).not.toContain('telltale');
        expect(Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString('latin1')).not.toContain('telltale');
        expect(await seal.open('entry', sealed)).toEqual(JSON.parse(JSON.stringify({ value, secret: 'sk-telltale' })));
      }),
      { numRuns: 50 },
    );
  });

  it('never looks the same twice', async () => {
    expect(await seal.seal('entry', 1)).not.toBe(await seal.seal('entry', 1));
  });

  it('does not open once any character was changed', async () => {
    const sealed = await seal.seal('entry', { a: 1 });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: sealed.length - 1 }), fc.constantFrom('A', 'z', '.', ''), async (at, other) => {
        const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
        // The last character of a part holds bits that mean nothing, so that another may stand for the same bytes.
        fc.pre(!sealed.split('.').some((_part, index, parts) => at === parts.slice(0, index + 1).join('.').length - 1));
        fc.pre(changed !== sealed);
        expect(await seal.open('entry', changed)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('of one purpose does not open as another', async () => {
    expect(await seal.open('change', await seal.seal('entry', 1))).toBeUndefined();
    expect(await seal.open('entry', await seal.seal('change', 1))).toBeUndefined();
  });

  it('of the previous secret opens during rotation, and afterwards no more', async () => {
    const sealed = await seal.seal('entry', 'held');
    expect(await rotated.open('entry', sealed)).toBe('held');
    expect(await seal.open('entry', await rotated.seal('entry', 'new'))).toBeUndefined();
    expect(await new SharedSeal({ current: 'another secret' }).open('entry', sealed)).toBeUndefined();
  });

  it('opens no other kind of encryption, whatever its header says', async () => {
    const text = new TextEncoder().encode('1');
    const foreign = await new CompactEncrypt(text)
      .setProtectedHeader({ alg: 'dir', enc: 'A128GCM' })
      .encrypt(new Uint8Array(16));
    for (const garbage of [foreign, '', '....', 'a.b.c.d.e', 'x'.repeat(2_000_000)]) {
      expect(await seal.open('entry', garbage)).toBeUndefined();
    }
  });

  it('names subjects by keyed hashes, one per secret, that differ by kind', () => {
    expect(seal.names('digest', 'a')).toHaveLength(1);
    expect(rotated.names('digest', 'a')).toHaveLength(2);
    expect(rotated.names('digest', 'a')[1]).toBe(seal.names('digest', 'a')[0]);
    expect(seal.names('digest', 'a')).not.toEqual(seal.names('virtual_key', 'a'));
    expect(seal.names('digest', 'a')[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('needs a secret', () => {
    expect(() => new SharedSeal({ current: '' })).toThrow('must not be empty');
  });
});
