import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePatterns, exactNames } from './model-matcher.js';

const anyName = fc.string({ unit: fc.constantFrom('g', 'p', 't', 's', '-', '.', '5', '0'), maxLength: 14 });

describe('a term', () => {
  it.each([
    ['^gpt', /^gpt/],
    ['$-ts', /-ts$/],
    ['*pt-', /pt-/],
    ['#gpt-#.#', /^gpt-\d\.\d$/],
    ['~gpt-#', /^gpt-\d/],
    ['!tts', /^(?!.*-tts(?:$|-))/],
  ])('%s means %s', (term, expression) => {
    const matches = compilePatterns([term]);
    const near = fc.oneof(
      anyName,
      anyName.map((rest) => `gpt-5${rest}`),
      anyName.map((rest) => `g-tts${rest}`),
    );
    fc.assert(fc.property(near, (name) => matches?.(name) === expression.test(name)));
  });

  it('of an unknown kind is refused when it is read', () => {
    expect(() => compilePatterns(['?x'])).toThrow('unknown term');
  });
});

describe('a list of terms', () => {
  it('holds when one of them does, and a list inside it when all of its terms do', () => {
    const matches = compilePatterns(['^a', ['*b', '!tts']]);
    expect(['a', 'xb', 'xb-tts', 'x'].map((name) => matches?.(name))).toEqual([true, true, false, false]);
  });

  it('is a matter of look-up where it names models in full', () => {
    expect(exactNames(['=a', '^b', ['=c'], '=d'])).toEqual(['a', 'd']);
    expect(compilePatterns(['=a', '=d'])).toBeUndefined();
  });
});
