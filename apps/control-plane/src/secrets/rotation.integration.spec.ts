import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { configPayloadSchema } from '#gateway-protocol';
import { SystemRandom } from '#kernel';
import { AdminKeys } from '../admin-auth/admin-keys.js';
import type { ControlPlaneConfig } from '../config/control-plane-config.js';
import { createControlPlane } from '../create-control-plane.js';
import { KeyUsage } from '../gateway-protocol/key-usage.js';
import { type TestDatabase, createTestDatabase } from '../testing/database.js';
import { testConfig } from '../testing/control-plane.js';
import { Seed } from '../testing/seed.js';
import { signedFetch } from '../testing/signed-fetch.js';
import { resealAll } from './reseal.js';
import { Sealer } from './sealer.js';

/**
 * A rolling restart runs control planes of two neighbouring steps of a rotation side by side. Whatever one of them
 * writes, the other must be able to use; that is what the order of steps in docs/operations/secret-rotation.md is for.
 */
const OLD = 'old-'.repeat(8);
const NEW = 'new-'.repeat(8);
const key = (version: number) => ({ version, key: new Uint8Array(32).fill(version) });

const PEPPER_STEPS: readonly Partial<ControlPlaneConfig>[] = [
  { keyPepper: OLD, previousKeyPepper: undefined },
  { keyPepper: OLD, previousKeyPepper: NEW },
  { keyPepper: NEW, previousKeyPepper: OLD },
  { keyPepper: NEW, previousKeyPepper: undefined },
];
const SEALING_STEPS: readonly Partial<ControlPlaneConfig>[] = [
  { sealingKeys: [key(1)] },
  { sealingKeys: [key(1), key(2)] },
  { sealingKeys: [key(2), key(1)] },
  { sealingKeys: [key(2)] },
];

let test: TestDatabase;
let seed: Seed;
let adminKey: string;
let running: Plane[] = [];

beforeEach(async () => {
  test = await createTestDatabase(inject('postgresUrl'));
  running = [];
  seed = await Seed.create(test.database);
});

afterEach(async () => {
  await test?.drop();
});

/** A control plane of one step. */
class Plane {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly config: ControlPlaneConfig,
    readonly baseUrl: string,
  ) {}

  static async start(step: Partial<ControlPlaneConfig>): Promise<Plane> {
    const config = testConfig(test.url, { ...step, databaseConnectionsMax: 3 });
    const app = await createControlPlane(config, { write: () => undefined });
    await app.listen({ host: '127.0.0.1', port: 0 });
    return new Plane(app, config, (await app.getUrl()).replace(/\/$/, ''));
  }

  async create(path: string, body: unknown): Promise<ReturnType<JSON['parse']>> {
    const headers = { authorization: `Bearer ${adminKey}` };
    const url = `${this.baseUrl}/api/gateway/v1${path}`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(response.status).toBe(201);
    return response.json();
  }

  /** 200 when the key is known. Hashing it anew, if that is due, is over when this resolves. */
  async resolve(secret: string): Promise<number> {
    const response = await signedFetch(this, '/resolve-key', { body: JSON.stringify({ key_presented: secret }) });
    await this.app.get(KeyUsage).flush();
    return response.status;
  }
}

/** Runs `between` on each pair of neighbours, in order, while both are up. */
async function roll(
  steps: readonly Partial<ControlPlaneConfig>[],
  between: (planes: readonly Plane[]) => Promise<void>,
): Promise<void> {
  for (const step of steps) {
    running = [...running.slice(-1), await Plane.start(step)];
    if (running.length < 2) continue;
    await between(running);
    await running[0]?.app.close();
  }
  await running.at(-1)?.app.close();
}

describe('a rolling rotation', () => {
  it('of the pepper refuses no key, whichever control plane made it, hashed it anew or is asked', async () => {
    adminKey = (await mintAdminKey()).secret;
    const secrets: string[] = [];
    await roll(PEPPER_STEPS, async (planes) => {
      for (const plane of planes) {
        const { secret } = await plane.create('/virtual-keys', { name: 'k', trace_project_id: seed.project.id });
        secrets.push(secret);
      }
      // Asked in both orders, so that each finds what the other has hashed anew; the newer one has the last word.
      for (const plane of [...planes, ...planes]) {
        for (const secret of secrets) expect(await plane.resolve(secret)).toBe(200);
      }
    });
    expect(secrets).toHaveLength(6);
  });

  it('of a sealing key leaves every credential readable, also after the old key is dropped', async () => {
    adminKey = (await mintAdminKey()).secret;
    const { secret, virtual_key } = await withPlane({ sealingKeys: [key(1)] }, (plane) =>
      plane.create('/virtual-keys', {
        name: 'k',
        scopes: [{ scope_type: 'organization', scope_id: seed.organization.id }],
        trace_project_id: seed.project.id,
      }),
    );
    let count = 0;
    await roll(SEALING_STEPS, async (planes) => {
      const isLast = planes.at(-1)?.config.sealingKeys.length === 1;
      if (isLast) await reseal([key(2), key(1)]);
      for (const plane of planes) {
        count += 1;
        await plane.create('/model-providers', {
          name: `p${count}`,
          type: 'openai',
          scope: { scope_type: 'organization' },
          credentials: { api_key: `sk-${count}` },
        });
      }
      for (const plane of planes) {
        expect(await plane.resolve(secret)).toBe(200);
        const response = await signedFetch(plane, `/config/${virtual_key.id}`);
        const { providers } = configPayloadSchema.parse(await response.json());
        const wanted = Array.from({ length: count }, (_, index) => `sk-${index + 1}`);
        expect(providers.map(({ credentials }) => credentials?.['api_key']).toSorted()).toEqual(wanted.toSorted());
      }
    });
  });

  it('of the internal secret accepts both while gateways change over, and only the new one after', async () => {
    const statuses = async (internalSecrets: readonly string[]): Promise<number[]> =>
      withPlane({ internalSecrets }, async (plane) => {
        const calls = [OLD, NEW].map((secret) => signedFetch(plane, '/health', { secret }));
        return (await Promise.all(calls)).map((response) => response.status);
      });
    expect(await statuses([OLD])).toEqual([200, 401]);
    expect(await statuses([NEW, OLD])).toEqual([200, 200]);
    expect(await statuses([NEW])).toEqual([401, 200]);
  });
});

async function withPlane<Result>(
  step: Partial<ControlPlaneConfig>,
  use: (plane: Plane) => Promise<Result>,
): Promise<Result> {
  const plane = await Plane.start(step);
  try {
    return await use(plane);
  } finally {
    await plane.app.close();
  }
}

async function mintAdminKey() {
  return withPlane({}, (plane) => plane.app.get(AdminKeys).mint(seed.organization.id, 'test'));
}

async function reseal(sealingKeys: ControlPlaneConfig['sealingKeys']): Promise<void> {
  await resealAll(test.database, new Sealer(sealingKeys, new SystemRandom()));
}
