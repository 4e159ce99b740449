import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECRETS } from '../support/stack.js';
import { anotherSecret, RotatingFleet } from './rotating-fleet.js';

/** Each test starts a dozen processes one after another. */
const TIMEOUT_MS = 240_000;

let fleet: RotatingFleet;
beforeEach(async () => {
  fleet = await RotatingFleet.start();
}, TIMEOUT_MS);
afterEach(() => fleet?.dispose(), TIMEOUT_MS);

/** All that docs/operations/secret-rotation.md promises of a rotation. */
function expectNoFailure(): void {
  expect(fleet.failures).toEqual([]);
  expect(fleet.served).toBeGreaterThan(100);
}

describe('a rotation under load, step by step as documented, fails no request', () => {
  it(
    'of the secret that signs identity tokens: gateways first, then the control plane',
    async () => {
      const LW_GATEWAY_JWT_SECRET = anotherSecret('jwt');
      await fleet.changeGateways({ LW_GATEWAY_JWT_SECRET, LW_GATEWAY_JWT_SECRET_PREVIOUS: SECRETS.jwt });
      await fleet.presentNewKey();
      await fleet.changeControlPlane({ LW_GATEWAY_JWT_SECRET });
      await fleet.presentNewKey();
      await fleet.changeGateways({ LW_GATEWAY_JWT_SECRET_PREVIOUS: '' });
      await fleet.presentNewKey();
      await fleet.presentOldKeys();
      expectNoFailure();
    },
    TIMEOUT_MS,
  );

  it(
    'of the secret that signs calls: the control plane first, then the gateways',
    async () => {
      const LW_GATEWAY_INTERNAL_SECRET = anotherSecret('internal');
      const LW_GATEWAY_INTERNAL_SECRET_PREVIOUS = SECRETS.internal;
      await fleet.changeControlPlane({ LW_GATEWAY_INTERNAL_SECRET, LW_GATEWAY_INTERNAL_SECRET_PREVIOUS });
      await fleet.presentNewKey();
      await fleet.changeGateways({ LW_GATEWAY_INTERNAL_SECRET });
      await fleet.presentNewKey();
      await fleet.changeControlPlane({ LW_GATEWAY_INTERNAL_SECRET_PREVIOUS: '' });
      await fleet.presentNewKey();
      await fleet.changeGateways();
      await fleet.presentOldKeys();
      expectNoFailure();
    },
    TIMEOUT_MS,
  );

  it(
    'of the pepper of keys, once every key was seen',
    async () => {
      const LW_VIRTUAL_KEY_PEPPER = anotherSecret('pepper');
      await fleet.changeControlPlane({ LW_VIRTUAL_KEY_PEPPER_PREVIOUS: LW_VIRTUAL_KEY_PEPPER });
      await fleet.presentNewKey();
      await fleet.changeControlPlane({ LW_VIRTUAL_KEY_PEPPER, LW_VIRTUAL_KEY_PEPPER_PREVIOUS: SECRETS.pepper });
      await fleet.presentNewKey();
      // Gateways that hold nothing ask about every key, and each question stores the key under the new pepper.
      await fleet.changeGateways();
      await fleet.presentOldKeys();
      await fleet.changeControlPlane({ LW_VIRTUAL_KEY_PEPPER_PREVIOUS: '' });
      await fleet.changeGateways();
      await fleet.presentOldKeys();
      await fleet.presentNewKey();
      expectNoFailure();
    },
    TIMEOUT_MS,
  );

  it(
    'of the key that seals credentials, once everything was sealed again',
    async () => {
      const [held, added] = [`1:${SECRETS.sealingKey}`, `2:${anotherSecret('sealingKey')}`];
      await fleet.changeControlPlane({ CONTROL_PLANE_SEALING_KEYS: `${held},${added}` });
      await fleet.presentNewKey();
      await fleet.changeControlPlane({ CONTROL_PLANE_SEALING_KEYS: `${added},${held}` });
      await fleet.presentNewKey();
      await fleet.runProgram('apps/control-plane/src/reseal.js');
      await fleet.changeControlPlane({ CONTROL_PLANE_SEALING_KEYS: added });
      await fleet.changeGateways();
      await fleet.presentOldKeys();
      await fleet.presentNewKey();
      expectNoFailure();
    },
    TIMEOUT_MS,
  );
});
