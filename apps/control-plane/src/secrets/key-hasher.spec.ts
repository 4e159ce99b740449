import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyHasher } from './key-hasher.js';

const SECRET = 'vk-lw-live_01HZX9N4Q2V8K3M5T7W9Y1A2B3';
const PEPPER = 'pepper-one-pepper-one-pepper-one';
const OTHER = 'pepper-two-pepper-two-pepper-two';

describe('KeyHasher', () => {
  it('stores the hex HMAC-SHA256 of the whole secret', () => {
    const expected = createHmac('sha256', PEPPER).update(SECRET).digest('hex');
    expect(new KeyHasher(PEPPER).hash(SECRET).hash).toBe(expected);
  });

  it('finds a key that the previous pepper hashed, after looking with the current one', () => {
    const stored = new KeyHasher(PEPPER).hash(SECRET);
    const candidates = new KeyHasher(OTHER, PEPPER).candidates(SECRET);
    expect(candidates).toEqual([new KeyHasher(OTHER).hash(SECRET), stored]);
  });

  it('looks once when there is one pepper', () => {
    expect(new KeyHasher(PEPPER).candidates(SECRET)).toHaveLength(1);
  });

  it('gives each pepper a version of its own that does not contain it', () => {
    const one = new KeyHasher(PEPPER).currentPepperVersion;
    expect(one).toMatch(/^[0-9a-f]{8}$/);
    expect(one).not.toBe(new KeyHasher(OTHER).currentPepperVersion);
    expect(one).toBe(new KeyHasher(PEPPER, OTHER).currentPepperVersion);
  });
});
