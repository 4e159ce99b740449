import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cutPage, decodeCursor, encodeCursor } from './page.js';

describe('pages', () => {
  it('a page that is not full is the last one', () => {
    expect(cutPage([{ id: 'a' }, { id: 'b' }], 2)).toEqual({ items: [{ id: 'a' }, { id: 'b' }], lastId: null });
  });

  it('a further row is cut off and the cursor names the last one shown', () => {
    expect(cutPage([{ id: 'a' }, { id: 'b' }, { id: 'c' }], 2)).toEqual({
      items: [{ id: 'a' }, { id: 'b' }],
      lastId: 'b',
    });
  });

  it('a cursor is read back as it was written', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(vk|mp|bud)_[0-9A-Za-z]{1,40}$/), (id) => {
        expect(decodeCursor(encodeCursor(id) ?? '')).toBe(id);
      }),
    );
  });

  it.each(['', 'vk_1', '!!!!', 'bm90IGFuIGlk', '%00'])('%j is no cursor', (cursor) => {
    expect(decodeCursor(cursor)).toBeUndefined();
  });
});
