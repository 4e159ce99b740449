import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from './testing/any-text.js';
import { normalizeBaseUrl, parseBaseUrl } from './base-url.js';

describe('normalizeBaseUrl', () => {
  it.each([
    ['http://stub:8080', 'http://stub:8080'],
    [' http://stub:8080// ', 'http://stub:8080'],
    ['http://stub:8080/v1', 'http://stub:8080'],
    ['http://stub:8080/api/v1/', 'http://stub:8080/api'],
    ['http://stub:8080/v1/v1', 'http://stub:8080/v1'],
    ['http://stub:8080/v1x', 'http://stub:8080/v1x'],
  ])('reads %j as %j', (written, read) => {
    expect(normalizeBaseUrl(written)).toBe(read);
  });

  it('takes no longer for a long run of slashes', () => {
    const slashes = '/'.repeat(1_000_000);
    expect(normalizeBaseUrl(`http://stub${slashes}x`)).toBe(`http://stub${slashes}x`);
  });
});

describe('parseBaseUrl', () => {
  it.each([
    ['https://api.example.com', { origin: 'https://api.example.com', path: '' }],
    ['https://api.example.com/a/b/', { origin: 'https://api.example.com', path: '/a/b' }],
    ['http://[::1]:8080/a', { origin: 'http://[::1]:8080', path: '/a' }],
  ])('takes %s apart', (text, parsed) => {
    expect(parseBaseUrl(text)).toEqual(parsed);
  });

  it.each([
    '',
    'not a url',
    'ftp://example.com',
    'file:///etc/passwd',
    'https://user@example.com',
    'https://:secret@example.com',
    'https://example.com/?x=1',
    'https://example.com/#x',
  ])('refuses %j', (text) => {
    expect(parseBaseUrl(text)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(anyText, (text) => void parseBaseUrl(normalizeBaseUrl(text))));
  });
});
