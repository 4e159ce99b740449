import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#kernel';
import { SealError, Sealer, type SealingKey } from './sealer.js';

const OLD: SealingKey = { version: 1, key: new Uint8Array(32).fill(1) };
const NEW: SealingKey = { version: 2, key: new Uint8Array(32).fill(2) };

describe('Sealer', () => {
  it('opens what it sealed, for any text', () => {
    const sealer = new Sealer([NEW], new SeededRandom(1));
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, rowId) => {
        expect(sealer.open(sealer.seal(text, rowId), rowId)).toBe(text);
      }),
      {
        examples: [
          ['', ''],
          ['pässwörd 🔑\n', 'mp_1'],
        ],
      },
    );
  });

  it('does not show the secret, and seals the same secret differently each time', () => {
    const sealer = new Sealer([NEW], new SeededRandom(1));
    const first = sealer.seal('sk-very-secret', 'mp_1');
    expect(first.bytes.includes('secret')).toBe(false);
    expect(sealer.seal('sk-very-secret', 'mp_1').bytes.equals(first.bytes)).toBe(false);
  });

  it('does not open in another row', () => {
    const sealer = new Sealer([NEW], new SeededRandom(1));
    expect(() => sealer.open(sealer.seal('sk-1', 'mp_1'), 'mp_2')).toThrow(SealError);
  });

  it('does not open after any single byte was changed', () => {
    const sealer = new Sealer([NEW], new SeededRandom(1));
    const sealed = sealer.seal('sk-1', 'mp_1');
    for (let index = 0; index < sealed.bytes.length; index += 1) {
      const bytes = Buffer.from(sealed.bytes);
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      expect(() => sealer.open({ ...sealed, bytes }, 'mp_1')).toThrow(SealError);
    }
    expect(() => sealer.open({ ...sealed, bytes: sealed.bytes.subarray(0, 10) }, 'mp_1')).toThrow(SealError);
  });

  it('opens what an older key sealed, and seals with the first key', () => {
    const before = new Sealer([OLD], new SeededRandom(1)).seal('sk-1', 'mp_1');
    const rotated = new Sealer([NEW, OLD], new SeededRandom(2));
    expect(rotated.open(before, 'mp_1')).toBe('sk-1');
    expect(rotated.seal('sk-1', 'mp_1').keyVersion).toBe(2);
  });

  it('names the key that is missing', () => {
    const sealed = new Sealer([OLD], new SeededRandom(1)).seal('sk-1', 'mp_1');
    expect(() => new Sealer([NEW], new SeededRandom(1)).open(sealed, 'mp_1')).toThrow(
      'sealing key 1 is not configured',
    );
  });
});
