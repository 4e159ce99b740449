import { describe, expect, it } from 'vitest';
import { senderOf } from './sighting.js';

const NODE = 'x-langwatch-gateway-node';

describe('senderOf', () => {
  it.each([
    [
      { [NODE]: 'gw-a', 'user-agent': 'langwatch-aigateway/1.2.3' },
      { nodeId: 'gw-a', version: '1.2.3' },
    ],
    [
      { [NODE]: 'gw-a', 'user-agent': 'curl' },
      { nodeId: 'gw-a', version: '' },
    ],
    [{ [NODE]: 'gw-a' }, { nodeId: 'gw-a', version: '' }],
    [
      { [NODE]: 'gw-a', 'user-agent': `x/${'9'.repeat(100)}` },
      { nodeId: 'gw-a', version: '9'.repeat(64) },
    ],
    [{ [NODE]: '', 'user-agent': 'x/1' }, undefined],
    [{ [NODE]: 'g'.repeat(257) }, undefined],
    [{}, undefined],
  ])('reads %j', (headers, sender) => {
    expect(senderOf({ headers })).toEqual(sender);
  });
});
