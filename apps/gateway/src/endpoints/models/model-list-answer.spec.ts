import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LISTED_MODELS_MAX, readModelIds } from './model-list-answer.js';

describe('a model list is read', () => {
  it.each([
    ['OpenAI’s list object', { object: 'list', data: [{ id: 'b' }, { id: 'a', object: 'model' }] }, ['b', 'a']],
    ['a bare array', [{ id: 'a' }], ['a']],
    ['an empty list', { data: [] }, []],
    ['each id once', { data: [{ id: 'a' }, { id: 'b' }, { id: 'a' }] }, ['a', 'b']],
    ['without Google’s prefix', { data: [{ id: 'models/gemini-3' }, { id: 'models/' }] }, ['gemini-3', 'models/']],
    ['without entries that are none', { data: [null, 1, {}, { id: 2 }, { id: '' }, { id: 'a'.repeat(513) }] }, []],
    ['an error object', { error: { message: 'no' } }, undefined],
    ['a list that is none', { data: {} }, undefined],
    ['null', null, undefined],
  ])('%s', (_what, answer, ids) => {
    expect(readModelIds(JSON.stringify(answer))).toEqual(ids);
  });

  it('up to its limit and no further', () => {
    const data = Array.from({ length: LISTED_MODELS_MAX + 5 }, (_, index) => ({ id: `m${index}` }));
    expect(readModelIds(JSON.stringify({ data }))).toHaveLength(LISTED_MODELS_MAX);
  });

  it('as no list when it is anything else, and never throws', () => {
    for (const text of ['', '{', '<html>', '"text"', '12']) expect(readModelIds(text)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void readModelIds(text)));
    fc.assert(fc.property(fc.jsonValue(), (value) => void readModelIds(JSON.stringify(value))));
  });
});
