import { describe, expect, it } from 'vitest';
import { CHANGE_CURSORS_MAX, changeCursorsRequestSchema } from './change-cursors.js';

function cursors(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`org_${index}`, '0']));
}

describe('changeCursorsRequestSchema', () => {
  it.each([
    ['one organization', { cursors: { org_1: '0' } }, true],
    ['the most organizations', { cursors: cursors(CHANGE_CURSORS_MAX), timeout_s: 3 }, true],
    ['the revision that nothing reaches', { cursors: { org_1: '9'.repeat(18) } }, true],
    ['one organization too many', { cursors: cursors(CHANGE_CURSORS_MAX + 1) }, false],
    ['no organization', { cursors: {} }, false],
    ['a revision that is no number', { cursors: { org_1: '-1' } }, false],
    ['a revision beyond 64 bits', { cursors: { org_1: '9'.repeat(19) } }, false],
  ])('judges %s', (_, body, isValid) => {
    expect(changeCursorsRequestSchema.safeParse(body).success).toBe(isValid);
  });
});
