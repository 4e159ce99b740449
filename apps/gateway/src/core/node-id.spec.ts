import { describe, expect, it } from 'vitest';
import { nodeIdOf } from './node-id.js';

describe('the id of a gateway', () => {
  it('is the name of its host', () => {
    expect(nodeIdOf('gateway-7c9f-abcde', ':5563')).toBe('gateway-7c9f-abcde');
    expect(nodeIdOf('gateway-7c9f-abcde', '0.0.0.0:5563')).toBe('gateway-7c9f-abcde');
  });

  it('tells gateways on one host apart', () => {
    expect(nodeIdOf('desk', '127.0.0.1:5564')).toBe('desk:5564');
    expect(nodeIdOf('desk', '[::1]:5565')).toBe('desk:5565');
  });

  it('stays within what a spend record may hold, and stays different', () => {
    const [one, other] = [nodeIdOf('h'.repeat(300), ':20001'), nodeIdOf('h'.repeat(300), ':20002')];
    expect(one).toHaveLength(128);
    expect(one).not.toBe(other);
  });
});
