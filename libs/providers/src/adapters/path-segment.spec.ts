import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from './testing/any-text.js';
import { encodePathSegment } from './path-segment.js';
import { isStoredResponsePath } from './stored-response-path.js';

describe('encodePathSegment', () => {
  it.each([
    ['gpt-5', 'gpt-5'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5%4020250929'],
    ['arn:aws:bedrock:eu:1:profile/x', 'arn%3Aaws%3Abedrock%3Aeu%3A1%3Aprofile%2Fx'],
    ['a b?c#d%2F', 'a%20b%3Fc%23d%252F'],
    ['\ud800', '%EF%BF%BD'],
  ])('writes %j as %j', (text, segment) => {
    expect(encodePathSegment(text)).toBe(segment);
  });

  it.each(['', '.', '..'])('refuses %j, which would change the path around it', (text) => {
    expect(encodePathSegment(text)).toBeUndefined();
  });

  it('keeps every text in its own segment, whatever it is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const segment = encodePathSegment(text);
        if (segment === undefined) return;
        expect(new URL(`https://host/before/${segment}/after`).pathname).toBe(`/before/${segment}/after`);
        expect(decodeURIComponent(segment)).toBe(text.toWellFormed());
      }),
    );
  });
});

describe('isStoredResponsePath', () => {
  it.each(['/resp_1', '/resp_1/cancel', '/resp_1/input_items?limit=5&after=x', '/resp_1?stream=true&include[]=a.b'])(
    'takes %s',
    (path) => {
      expect(isStoredResponsePath(path)).toBe(true);
    },
  );

  it.each([
    '',
    '/',
    'resp_1',
    '/..',
    '/../files',
    '/%2e%2e/files',
    '/resp_1/../../files',
    '/resp_1/other',
    '/a\r\nx: y',
    '/a?b c',
  ])('refuses %j', (path) => {
    expect(isStoredResponsePath(path)).toBe(false);
  });

  it('never lets a path leave its collection', () => {
    fc.assert(
      fc.property(
        fc.string().map((text) => `/${text}`),
        (path) => {
          if (isStoredResponsePath(path)) {
            expect(new URL(`https://host/v1/responses${path}`).pathname).toMatch(/^\/v1\/responses\//);
          }
        },
      ),
    );
  });
});
