import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel';
import { chat } from '../support/chat.js';
import type { CreatedKey } from '../support/management-client.js';
import type { Server } from '../support/server.js';
import { Stack } from '../support/stack.js';
import { elapsedMs, until } from '../support/until.js';

/** The stated bound: by then every replica refuses the key. */
const BOUND_MS = 2_000;

let stack: Stack;
let gateways: readonly Server[];
beforeAll(async () => {
  stack = await Stack.start();
  gateways = [stack.gateway, await stack.startGateway()];
});
afterAll(() => stack?.dispose());

/** A key that both gateways hold in memory, whose feeds have found their place. */
async function warmKey(): Promise<CreatedKey> {
  const key = await stack.addKey();
  for (const gateway of gateways) expect(await chat(gateway, key.secret)).toMatchObject({ status: 200 });
  return key;
}

/** Resolves with how long it took from now until every gateway had refused the key with `code`. */
async function untilRefused(key: CreatedKey, code: string): Promise<number> {
  return elapsedMs(() =>
    Promise.all(
      gateways.map((gateway) =>
        until(`${code} at ${gateway.url}`, async () => {
          const outcome = await chat(gateway, key.secret);
          return outcome.status === 403 && outcome.code === code;
        }),
      ),
    ),
  );
}

describe('two gateways that hold a key', () => {
  it('refuse it within two seconds after it was revoked', async () => {
    const key = await warmKey();
    await stack.management.call('POST', `/virtual-keys/${key.id}/revoke`);
    expect(await untilRefused(key, 'virtual_key_revoked')).toBeLessThan(BOUND_MS);
  });

  it('refuse it within two seconds after it was disabled, and serve it again once it is enabled', async () => {
    const key = await warmKey();
    await stack.management.call('POST', `/virtual-keys/${key.id}/disable`, { reason: 'a test' });
    expect(await untilRefused(key, 'virtual_key_disabled')).toBeLessThan(BOUND_MS);

    await stack.management.call('POST', `/virtual-keys/${key.id}/enable`);
    for (const gateway of gateways) {
      await until('it is served again', async () => (await chat(gateway, key.secret)).status === 200);
    }
  });

  it('refuse it from its expiry date on, without being told', async () => {
    const key = await warmKey();
    const clock = new SystemClock();
    const expiresAtMs = Math.ceil(clock.now() / 1000) * 1000 + 4_000;
    await stack.management.call('PATCH', `/virtual-keys/${key.id}`, {
      expires_at: new Date(expiresAtMs).toISOString(),
    });
    // The edit itself travels by the feed; the date then needs nobody to tell it.
    await clock.sleep(expiresAtMs - clock.now() - 1_000);
    for (const gateway of gateways) expect(await chat(gateway, key.secret)).toMatchObject({ status: 200 });
    stack.controlPlane.signal('SIGSTOP');
    try {
      await clock.sleep(expiresAtMs - clock.now());
      expect(await untilRefused(key, 'virtual_key_expired')).toBeLessThan(BOUND_MS);
    } finally {
      stack.controlPlane.signal('SIGCONT');
    }
  });

  it('never serve it again after they refused it', async () => {
    const key = await warmKey();
    await stack.management.call('POST', `/virtual-keys/${key.id}/revoke`);
    await untilRefused(key, 'virtual_key_revoked');
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) => chat(gateways[index % 2] ?? stack.gateway, key.secret)),
    );
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(['virtual_key_revoked']));
  });
});
