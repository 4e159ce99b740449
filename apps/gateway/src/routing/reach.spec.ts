import { describe, expect, it } from 'vitest';
import { nameOptions } from './reach.js';
import { bundleWith } from './testing/plan-fixtures.js';

const named = (...rows: readonly (readonly [type: string, handle?: string])[]): string =>
  nameOptions(bundleWith(rows.map(([type, handle], index) => ({ id: `mp_${index}`, type, handle }))).modelProviders);

describe('what a key reaches is named', () => {
  it('as nothing when it is nothing', () => {
    expect(named()).toBe('no provider');
  });

  it('with families sorted and once, then handles in order', () => {
    expect(named(['openai', 'zulu'], ['groq'], ['openai', 'alpha'], ['custom'])).toBe(
      '"custom", "groq", "openai", "zulu", "alpha"',
    );
  });

  it('with ten names at most, of which families give way first', () => {
    const handles = Array.from({ length: 9 }, (_, index) => ['openai', `h${index}`] as const);
    const listed = handles.map(([, handle]) => `"${handle}"`).join(', ');
    expect(named(...handles)).toBe(`"openai", ${listed}`);
    expect(named(...handles, ['groq'])).toBe(`"groq", ${listed} and 1 more`);
  });

  it('with the first ten handles when there are more', () => {
    const handles = Array.from({ length: 12 }, (_, index) => ['openai', `h${index}`] as const);
    const listed = handles.slice(0, 10).map(([, handle]) => `"${handle}"`);
    expect(named(...handles)).toBe(`${listed.join(', ')} and 3 more`);
  });
});
