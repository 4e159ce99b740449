import { describe, expect, it } from 'vitest';
import { testConfig } from '../testing/control-plane.js';
import { describeRotations } from './describe-rotations.js';

const settled = testConfig('', { internalSecrets: ['s'.repeat(32)], previousKeyPepper: undefined });

describe('describeRotations', () => {
  it('is silent when no secret is being rotated', () => {
    expect(describeRotations(settled)).toEqual([]);
  });

  it('names every rotation that has not ended, and no secret', () => {
    const key = (version: number) => ({ version, key: new Uint8Array(32).fill(version) });
    const config = {
      ...settled,
      internalSecrets: ['s'.repeat(32), 'old-internal-secret-old-internal'],
      previousKeyPepper: 'old-pepper-old-pepper-old-pepper',
      sealingKeys: [key(3), key(2), key(1)],
    };
    const text = describeRotations(config).join('\n');
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toContain('LW_GATEWAY_INTERNAL_SECRET_PREVIOUS');
    expect(text).toContain('LW_VIRTUAL_KEY_PEPPER_PREVIOUS');
    expect(text).toContain('older keys (2, 1)');
    expect(text).not.toMatch(/old-internal|old-pepper/);
  });
});
