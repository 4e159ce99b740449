import { describe, expect, it } from 'vitest';
import { readPresentedKey } from './presented-key.js';

describe('readPresentedKey', () => {
  it.each([
    [{ authorization: 'Bearer vk-1' }],
    [{ authorization: 'bearer   vk-1  ' }],
    [{ 'x-api-key': 'vk-1' }],
    [{ 'api-key': 'vk-1' }],
    [{ 'x-goog-api-key': 'vk-1' }],
    [{ 'xi-api-key': ' vk-1 ' }],
    [{ authorization: 'Basic dXNlcg==', 'x-api-key': 'vk-1' }],
    [{ authorization: 'Bearer ', 'x-api-key': 'vk-1' }],
    [{ authorization: 'Bearer vk-1', 'x-api-key': 'vk-2' }],
  ])('finds the key in %j', (headers) => {
    expect(readPresentedKey(headers)).toBe('vk-1');
  });

  it.each([[{}], [{ authorization: 'Basic dXNlcg==' }], [{ authorization: 'Bearer' }], [{ 'x-api-key': '' }]])(
    'finds none in %j',
    (headers) => {
      expect(readPresentedKey(headers)).toBeUndefined();
    },
  );

  it('looks up nothing that is too long to be a key', () => {
    expect(readPresentedKey({ 'x-api-key': 'v'.repeat(513) })).toBeUndefined();
  });
});
