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

  it('finds the key of the query only where the endpoint allows it, and last of all', () => {
    expect(readPresentedKey({}, '/v1beta/models/m:generateContent?key=vk-1')).toBe('vk-1');
    expect(readPresentedKey({}, '/x?alt=sse&key=vk%2D1&pageSize=1')).toBe('vk-1');
    expect(readPresentedKey({ 'x-goog-api-key': 'vk-1' }, '/x?key=vk-2')).toBe('vk-1');
    expect(readPresentedKey({ authorization: 'Basic dXNlcg==' }, '/x?key=vk-1')).toBe('vk-1');
    expect(readPresentedKey({})).toBeUndefined();
  });

  it.each([
    '/x',
    '/x?',
    '/x?alt=sse',
    '/x?key=',
    '/x?key=%20',
    '/key=vk-1',
    '/x?monkey=vk-1',
    `/x?key=${'v'.repeat(513)}`,
  ])('finds none in the URL %s', (url) => {
    expect(readPresentedKey({}, url)).toBeUndefined();
  });
});
