import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chat } from '../support/chat.js';
import type { CreatedKey } from '../support/management-client.js';
import type { Server } from '../support/server.js';
import { Stack } from '../support/stack.js';
import { until } from '../support/until.js';

const KEYS = 12;

let stack: Stack;
let gateway: Server;
let revoked: CreatedKey;
const keys: CreatedKey[] = [];
beforeAll(async () => {
  stack = await Stack.start();
  for (let count = 0; count < KEYS; count += 1) keys.push(await stack.addKey());
  revoked = await stack.addKey();
  await stack.management.call('POST', `/virtual-keys/${revoked.id}/revoke`);
  gateway = await stack.startGateway({ LW_GATEWAY_BOOTSTRAP_ALL_KEYS: 'true' });
});
afterAll(() => stack?.dispose());

describe('a gateway that loads every key before it starts', () => {
  it('serves keys that it never saw while the control plane is frozen, and no dead one', async () => {
    stack.controlPlane.signal('SIGSTOP');
    try {
      const outcomes = await Promise.all(keys.map((key) => chat(gateway, key.secret)));
      expect(outcomes.map(({ status }) => status)).toEqual(keys.map(() => 200));
      expect((await chat(gateway, revoked.secret)).status).not.toBe(200);
    } finally {
      stack.controlPlane.signal('SIGCONT');
    }
  });

  it('hears of a revocation of a key that it never served', async () => {
    const [, , , key] = keys;
    if (key === undefined) throw new Error('there are more keys');
    await stack.management.call('POST', `/virtual-keys/${key.id}/revoke`);
    await until('it is refused', async () => (await chat(gateway, key.secret)).code === 'virtual_key_revoked');
  });

  it('bills a key that it loaded at the start to the right one', async () => {
    const [key] = keys;
    if (key === undefined) throw new Error('there are keys');
    const lines = await stack.ledgerOnce('a line of the first key', (rows) =>
      rows.some((row) => row.virtual_key_id === key.id && row.outcome === 'confirmed'),
    );
    expect(lines.filter((row) => row.virtual_key_id === key.id)).toHaveLength(1);
  });

  it(
    'starts without a control plane after half a minute, and says that its keys are cold',
    { timeout: 120_000 },
    async () => {
      await stack.controlPlane.stop();
      try {
        const late = await stack.startGateway({ LW_GATEWAY_BOOTSTRAP_ALL_KEYS: 'true' });
        expect(await chat(late, keys[5]?.secret ?? '')).toMatchObject({
          status: 503,
          code: 'auth_upstream_unavailable',
        });
        expect(late.output).toContain('bootstrap');
      } finally {
        await stack.controlPlane.start();
      }
    },
  );
});
