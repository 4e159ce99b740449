import { describe, expect, it } from 'vitest';

import { type KeyRouting, nextRouting, type RoutingRequest } from './key-routing.js';

const NONE: KeyRouting = { routing_mode: 'none', routing_policy_id: null };
const ALL: KeyRouting = { routing_mode: 'fallback_all', routing_policy_id: null };
const FOLLOWS_A: KeyRouting = { routing_mode: 'policy', routing_policy_id: 'rp_a' };
const FOLLOWS_B: KeyRouting = { routing_mode: 'policy', routing_policy_id: 'rp_b' };

describe('nextRouting', () => {
  it.each<[string, RoutingRequest, KeyRouting, KeyRouting]>([
    ['nothing said changes nothing', {}, FOLLOWS_A, FOLLOWS_A],
    ['a policy is followed', { routing_policy_id: 'rp_a' }, NONE, FOLLOWS_A],
    ['a policy is followed, said twice', { routing_mode: 'policy', routing_policy_id: 'rp_b' }, ALL, FOLLOWS_B],
    ['another policy takes the place of the first', { routing_policy_id: 'rp_b' }, FOLLOWS_A, FOLLOWS_B],
    ['the mode alone keeps the policy', { routing_mode: 'policy' }, FOLLOWS_A, FOLLOWS_A],
    ['another mode leaves the policy', { routing_mode: 'fallback_all' }, FOLLOWS_A, ALL],
    [
      'another mode and null leave the policy',
      { routing_mode: 'fallback_all', routing_policy_id: null },
      FOLLOWS_A,
      ALL,
    ],
    ['null leaves the policy for the narrowest mode', { routing_policy_id: null }, FOLLOWS_A, NONE],
    ['null is no change without a policy', { routing_policy_id: null }, ALL, ALL],
  ])('%s', (_, request, stored, expected) => expect(nextRouting(request, stored)).toEqual(expected));

  it('answers nothing of a key but its routing', () => {
    const row = { ...FOLLOWS_A, name: 'key' };
    expect(nextRouting({}, row)).toEqual(FOLLOWS_A);
  });

  it.each<[string, RoutingRequest, KeyRouting]>([
    ['the mode without a policy', { routing_mode: 'policy' }, ALL],
    ['the mode with null', { routing_mode: 'policy', routing_policy_id: null }, FOLLOWS_A],
    ['a policy that nothing would follow', { routing_mode: 'none', routing_policy_id: 'rp_a' }, FOLLOWS_A],
  ])('refuses %s', (_, request, stored) => expect(() => nextRouting(request, stored)).toThrow('not valid'));
});
