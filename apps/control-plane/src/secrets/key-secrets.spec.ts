import { describe, expect, it } from 'vitest';
import { digestKey as digestOfGateways } from '#auth-cache';
import { SeededRandom } from '#kernel';
import { KeyHasher } from './key-hasher.js';
import { KeySecrets } from './key-secrets.js';
import { SealError, Sealer } from './sealer.js';

const KEY = 'vk-lw-live_01HZX9N4Q2V8K3M5T7W9Y1A2B3';
const secrets = new KeySecrets(
  new KeyHasher('p'.repeat(32)),
  new Sealer([{ version: 4, key: new Uint8Array(32).fill(7) }], new SeededRandom(1)),
);

describe('KeySecrets', () => {
  it('keeps the digest that gateways compute of a presented key', () => {
    const stored = secrets.store(KEY, 'vk_1');
    expect(secrets.openDigest(stored, 'vk_1')).toBe(digestOfGateways(KEY));
  });

  it('stores nothing from which the key can be recognised without the secrets of the control plane', () => {
    const stored = secrets.store(KEY, 'vk_1');
    expect(stored).toMatchObject({
      secret_hash: new KeyHasher('p'.repeat(32)).hash(KEY).hash,
      digest_sealing_key_version: 4,
    });
    expect(JSON.stringify(stored)).not.toContain(digestOfGateways(KEY));
    expect(stored.sealed_digest.includes(digestOfGateways(KEY))).toBe(false);
  });

  it('does not open a digest that was moved to another key', () => {
    expect(() => secrets.openDigest(secrets.store(KEY, 'vk_1'), 'vk_2')).toThrow(SealError);
  });
});
