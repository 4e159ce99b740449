import { describe, expect, it } from 'vitest';
import { Losses } from './losses.js';

describe('Losses', () => {
  it('names each field once, sorted, however often and in which order it was lost', () => {
    const losses = new Losses([{ field: 'seed', reason: 'none there' }]);
    losses.drop('cache_control', 'none there');
    losses.drop('seed', 'none there either');
    expect(losses.fields()).toEqual(['cache_control', 'seed']);
    expect(losses.all).toHaveLength(3);
  });

  it('is refused for what was lost first', () => {
    const before = [{ field: 'user', reason: 'it stays' }];
    const losses = new Losses(before);
    losses.drop('audio', 'no voice');
    expect(losses.firstLoss).toEqual({ field: 'user', reason: 'it stays' });
    expect(before).toHaveLength(1);
    expect(new Losses().firstLoss).toBeUndefined();
  });
});
