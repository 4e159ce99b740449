import { describe, expect, it } from 'vitest';
import { parseChangesQuery } from './changes-query.js';

describe('parseChangesQuery', () => {
  it('starts at the beginning and waits ten seconds unless told otherwise', () => {
    expect(parseChangesQuery({ organization_id: 'org_z' })).toEqual({
      organizationId: 'org_z',
      since: 0n,
      timeoutMs: 10_000,
    });
  });

  it.each([
    ['0', 1_000],
    ['-5', 1_000],
    ['1', 1_000],
    ['25', 25_000],
    ['900', 25_000],
    ['soon', 10_000],
    ['', 10_000],
  ])('waits %s seconds within its bounds', (timeout, timeoutMs) => {
    expect(parseChangesQuery({ organization_id: 'o', timeout_s: timeout }).timeoutMs).toBe(timeoutMs);
  });

  it('keeps revisions exact beyond the safe integers', () => {
    expect(parseChangesQuery({ organization_id: 'o', since: '900719925474099267' }).since).toBe(900719925474099267n);
  });

  it.each([{}, { organization_id: '' }, { organization_id: ['a', 'b'] }])('refuses %j', (query) => {
    expect(() => parseChangesQuery(query)).toThrow('organization_id is required');
  });

  it.each(['-1', '1.5', 'abc', '', '1'.repeat(19)])('refuses since=%s', (since) => {
    expect(() => parseChangesQuery({ organization_id: 'o', since })).toThrow('since must be a whole number');
  });
});
