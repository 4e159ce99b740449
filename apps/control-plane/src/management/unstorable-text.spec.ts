import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { hasUnstorableText } from './unstorable-text.js';

describe('hasUnstorableText', () => {
  it.each([['\0'], [{ a: ['x\0'] }], [{ 'x\0': 1 }], ['\ud800'], [{ a: { b: '\udc00x' } }]])(
    'finds it in %j',
    (value) => {
      expect(hasUnstorableText(value)).toBe(true);
    },
  );

  it('finds nothing in ordinary JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: true }), (value) => {
        expect(hasUnstorableText(value)).toBe(JSON.stringify(value).includes('\\u0000'));
      }),
    );
    expect(hasUnstorableText({ name: 'Zoë 😀', limit: 1, none: null })).toBe(false);
  });

  it('does not exhaust the stack on deep nesting', () => {
    let deep: unknown = 'x';
    for (let depth = 0; depth < 200_000; depth += 1) deep = [deep];
    expect(hasUnstorableText(deep)).toBe(false);
  });
});
