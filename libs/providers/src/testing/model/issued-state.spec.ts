import { describe, expect, it } from 'vitest';
import { isIssuedBy, isIssuedFor, issueState } from './issued-state.js';

describe('an issued state', () => {
  const state = issueState('anthropic', 'thoughts');

  it('is known to its issuer, for its text', () => {
    expect(isIssuedBy('anthropic', state)).toBe(true);
    expect(isIssuedFor('anthropic', state, 'thoughts')).toBe(true);
    expect(isIssuedFor('anthropic', state, 'other thoughts')).toBe(false);
  });

  it('means nothing to another, nor when a character of it changed', () => {
    expect(isIssuedBy('google', state)).toBe(false);
    expect(
      isIssuedBy(
        'anthropic',
        state.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      ),
    ).toBe(false);
    expect(isIssuedBy('anthropic', '')).toBe(false);
  });
});
