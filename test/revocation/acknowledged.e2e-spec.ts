import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chat } from '../support/chat.js';
import type { CreatedKey } from '../support/management-client.js';
import type { Server } from '../support/server.js';
import { Stack } from '../support/stack.js';
import { elapsedMs, until } from '../support/until.js';

const answerSchema = z.object({
  propagation: z.object({
    revision: z.string(),
    complete: z.boolean(),
    acknowledged: z.array(z.string()),
    pending: z.array(z.string()),
  }),
});

const gatewaysSchema = z.object({
  data: z.array(z.looseObject({ node_id: z.string(), version: z.string(), last_seen_at: z.string() })),
});

let stack: Stack;
let gateways: readonly Server[];
beforeAll(async () => {
  stack = await Stack.start();
  gateways = [stack.gateway, await stack.startGateway()];
});
afterAll(() => stack?.dispose());

function nodeIdOf(gateway: Server): string {
  return `${hostname()}:${new URL(gateway.url).port}`;
}

async function warmKey(): Promise<CreatedKey> {
  const key = await stack.addKey();
  for (const gateway of gateways) expect(await chat(gateway, key.secret)).toMatchObject({ status: 200 });
  return key;
}

async function act(path: string): Promise<z.output<typeof answerSchema>['propagation']> {
  return answerSchema.parse(await stack.management.call('POST', path)).propagation;
}

describe('an act that waits for the gateways', () => {
  it.each([
    ['revoke', 'virtual_key_revoked'],
    ['disable', 'virtual_key_disabled'],
  ])('%s: none of them serves the key once it has answered', async (name, code) => {
    for (let turn = 0; turn < 5; turn += 1) {
      const key = await warmKey();
      const propagation = await act(`/virtual-keys/${key.id}/${name}?wait=true`);

      const outcomes = await Promise.all(gateways.map((gateway) => chat(gateway, key.secret)));
      expect(outcomes.map((outcome) => outcome.code)).toEqual([code, code]);
      expect(propagation).toMatchObject({ complete: true, pending: [] });
      expect(new Set(propagation.acknowledged)).toEqual(new Set(gateways.map(nodeIdOf)));
    }
  });

  it('names the gateway that is frozen, in bounded time, and the others have it', async () => {
    const key = await warmKey();
    const [awake, frozen] = [stack.gateway, gateways[1] ?? stack.gateway];
    frozen.signal('SIGSTOP');
    try {
      const tookMs = await elapsedMs(async () => {
        const propagation = await act(`/virtual-keys/${key.id}/revoke?wait=true&timeout_ms=1000`);
        expect(propagation).toMatchObject({
          complete: false,
          acknowledged: [nodeIdOf(awake)],
          pending: [nodeIdOf(frozen)],
        });
      });
      expect(tookMs).toBeGreaterThanOrEqual(1_000);
      expect(await chat(awake, key.secret)).toMatchObject({ status: 403, code: 'virtual_key_revoked' });
    } finally {
      frozen.signal('SIGCONT');
    }
    await until('it refuses the key too', async () => (await chat(frozen, key.secret)).code === 'virtual_key_revoked');
  });

  it('answers without propagation when it is not asked to wait', async () => {
    const key = await warmKey();
    expect(await stack.management.call('POST', `/virtual-keys/${key.id}/revoke`)).not.toHaveProperty('propagation');
  });
});

describe('the list of gateways', () => {
  it('names each that runs, with its version', async () => {
    await warmKey();
    const listed = await until('both are listed', async () => {
      const answer = gatewaysSchema.parse(await stack.management.call('GET', '/gateways'));
      return answer.data.length === 2 && answer.data;
    });
    expect(new Set(listed.map(({ node_id }) => node_id))).toEqual(new Set(gateways.map(nodeIdOf)));
    for (const gateway of listed) expect(gateway.version).toMatch(/^\d+\.\d+\.\d+/);
  });
});
