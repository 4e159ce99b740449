import { describe, expect, it } from 'vitest';

import { changedFields } from './changed-fields.js';

describe('changedFields', () => {
  it('names what differs, also deep inside, and nothing else', () => {
    expect(changedFields({ a: 1, b: { c: [1] }, d: 'x' }, { a: 1, b: { c: [2] }, d: 'x', e: null })).toEqual({
      b: { before: { c: [1] }, after: { c: [2] } },
    });
  });

  it('bookkeeping alone is no change', () => {
    expect(changedFields({ revision: '1', updated_at: 'x' }, { revision: '2', updated_at: 'y' })).toEqual({});
  });
});
