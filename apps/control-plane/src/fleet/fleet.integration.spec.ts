import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { changesResponseSchema } from '#gateway-protocol';
import { AdminKeys } from '../admin-auth/admin-keys.js';
import { recordChange } from '../change-events/record-change.js';
import { createControlPlane } from '../create-control-plane.js';
import { type TestControlPlane, startTestControlPlane } from '../testing/control-plane.js';
import { Seed } from '../testing/seed.js';
import { signedFetch } from '../testing/signed-fetch.js';
import { GatewayFleet } from './gateway-fleet.js';

const NOBODY_REACHES = '9'.repeat(18);

let plane: TestControlPlane;
let seed: Seed;
let adminKey: string;
let keyCount = 0;

beforeAll(async () => {
  plane = await startTestControlPlane(inject('postgresUrl'));
});

beforeEach(async () => {
  await plane.app.get(GatewayFleet).flush();
  await plane.database.deleteFrom('gateway_cursors').execute();
  await plane.database.deleteFrom('gateway_replicas').execute();
  seed = await Seed.create(plane.database);
  adminKey = (await plane.app.get(AdminKeys).mint(seed.organization.id, 'test')).secret;
});

afterAll(async () => {
  await plane?.close();
});

/** A gateway as the control plane sees it: the requests that it makes. */
class Gateway {
  since = '0';

  constructor(
    readonly nodeId: string,
    private readonly baseUrl = plane.baseUrl,
  ) {}

  async resolve(secret: string): Promise<number> {
    const response = await this.fetch('/resolve-key', JSON.stringify({ key_presented: secret }));
    return response.status;
  }

  /** One poll with the cursor as it is; what it answers becomes the cursor. */
  async poll(timeoutSeconds = 1): Promise<void> {
    const organizationId = seed.organization.id;
    const query = `organization_id=${organizationId}&since=${this.since}&timeout_s=${timeoutSeconds}`;
    const response = await this.fetch(`/changes?${query}`);
    if (response.status !== 200) return;
    this.since = changesResponseSchema.parse(await response.json()).current_revision;
  }

  async fetch(path: string, body = ''): Promise<Response> {
    const headers = { 'x-langwatch-gateway-node': this.nodeId, 'user-agent': 'langwatch-aigateway/1.2.3' };
    return signedFetch({ ...plane, baseUrl: this.baseUrl }, path, { body, headers });
  }
}

async function manage(method: string, path: string): Promise<{ status: number; body: ReturnType<JSON['parse']> }> {
  const url = `${plane.baseUrl}/api/gateway/v1${path}`;
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${adminKey}` } });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function newKey(): Promise<{ id: string; secret: string }> {
  keyCount += 1;
  const secret = `vk-lw-live_${String(keyCount).padStart(26, '0')}`;
  return { id: (await seed.virtualKey(secret)).id, secret };
}

/** A gateway that holds a key and follows the feed from the present. */
async function following(nodeId: string, secret: string): Promise<Gateway> {
  const gateway = new Gateway(nodeId);
  expect(await gateway.resolve(secret)).toBe(200);
  return gateway;
}

// Nodes have names of their own where it matters: what was written of one moments ago is not written again at once.
describe('an act with wait=true', () => {
  it('answers once every gateway that holds keys of the organization has polled past it', async () => {
    const key = await newKey();
    const [a, b] = [await following('gw-a', key.secret), await following('gw-b', key.secret)];
    const revoked = manage('POST', `/virtual-keys/${key.id}/revoke?wait=true&timeout_ms=20000`);
    // A poll that is answered with the change is not yet the word that it was applied; the next poll is.
    for (const gateway of [a, b]) await gateway.poll(20);
    await Promise.all([a.poll(), b.poll()]);
    const { status, body } = await revoked;
    expect([status, body.virtual_key.status]).toEqual([200, 'revoked']);
    expect(body.propagation).toEqual({
      revision: a.since,
      complete: true,
      acknowledged: ['gw-a', 'gw-b'],
      pending: [],
    });
  });

  it('names the gateways that have not acknowledged in time', async () => {
    const key = await newKey();
    const quick = await following('gw-quick', key.secret);
    await following('gw-slow', key.secret);
    const disabled = manage('POST', `/virtual-keys/${key.id}/disable?wait=true&timeout_ms=1500`);
    await quick.poll(20);
    await quick.poll();
    const { status, body } = await disabled;
    expect([status, body.virtual_key.status]).toEqual([200, 'disabled']);
    expect(body.propagation).toMatchObject({ complete: false, acknowledged: ['gw-quick'], pending: ['gw-slow'] });
  });

  it('waits again when it is repeated, and for nobody who holds no key of the organization', async () => {
    const key = await newKey();
    const gateway = await following('gw-a', key.secret);
    await new Gateway('gw-elsewhere').fetch('/health');
    const path = `/virtual-keys/${key.id}/revoke?wait=true&timeout_ms=`;
    expect((await manage('POST', `${path}1`)).body.propagation).toMatchObject({ complete: false, pending: ['gw-a'] });
    await gateway.poll();
    await gateway.poll();
    const again = (await manage('POST', `${path}10000`)).body.propagation;
    expect(again).toEqual({ revision: gateway.since, complete: true, acknowledged: ['gw-a'], pending: [] });
  });

  it('is complete at once when no gateway runs, and says nothing of it when it was not asked to wait', async () => {
    const key = await newKey();
    const rotated = (await manage('POST', `/virtual-keys/${key.id}/rotate?wait=true`)).body;
    expect(rotated.propagation).toMatchObject({ complete: true, acknowledged: [], pending: [] });
    expect(rotated.secret).toMatch(/^vk-lw-live_/);
    expect(Object.keys((await manage('POST', `/virtual-keys/${key.id}/revoke`)).body)).toEqual(['virtual_key']);
  });

  it('takes no question about the present for an acknowledgement', async () => {
    const key = await newKey();
    const gateway = await following('gw-a', key.secret);
    gateway.since = NOBODY_REACHES;
    await gateway.poll();
    const { body } = await manage('POST', `/virtual-keys/${key.id}/revoke?wait=true&timeout_ms=1`);
    expect(body.propagation).toMatchObject({ complete: false, pending: ['gw-a'] });
  });

  it('does not wait for a gateway that has gone', async () => {
    const key = await newKey();
    await following('gw-gone', key.secret);
    await sql`UPDATE gateway_cursors SET polled_at = now() - interval '31 seconds'`.execute(plane.database);
    const { body } = await manage('POST', `/virtual-keys/${key.id}/revoke?wait=true&timeout_ms=10000`);
    expect(body.propagation).toMatchObject({ complete: true, pending: [] });
  });

  it('hears an acknowledgement that was given to another control plane', async () => {
    const other = await createControlPlane(plane.config, { write: () => undefined });
    await other.listen({ host: '127.0.0.1', port: 0 });
    try {
      const key = await newKey();
      const gateway = new Gateway('gw-a', (await other.getUrl()).replace(/\/$/, ''));
      expect(await gateway.resolve(key.secret)).toBe(200);
      const revoked = manage('POST', `/virtual-keys/${key.id}/revoke?wait=true&timeout_ms=20000`);
      await gateway.poll(20);
      await gateway.poll();
      expect((await revoked).body.propagation).toMatchObject({ complete: true, acknowledged: ['gw-a'] });
    } finally {
      await other.close();
    }
  });

  it('counts a gateway that loads all keys as one that holds them', async () => {
    const key = await newKey();
    expect((await new Gateway('gw-start').fetch('/bootstrap')).status).toBe(200);
    const { body } = await manage('POST', `/virtual-keys/${key.id}/revoke?wait=true&timeout_ms=1`);
    expect(body.propagation).toMatchObject({ complete: false, pending: ['gw-start'] });
  });

  it.each(['wait=yes', 'wait=true&timeout_ms=0', 'wait=true&timeout_ms=30001', 'wait=true&timeout=1'])(
    'refuses %s before it does anything',
    async (query) => {
      const key = await newKey();
      const refused = await manage('POST', `/virtual-keys/${key.id}/revoke?${query}`);
      expect([refused.status, refused.body.error.code]).toEqual([400, 'validation_error']);
      expect((await manage('GET', `/virtual-keys/${key.id}`)).body.virtual_key.status).toBe('active');
    },
  );
});

describe('GET /gateways', () => {
  it('lists the running gateways, what they run and how far behind they are', async () => {
    const key = await newKey();
    const gateway = await following('gw-list-b', key.secret);
    await new Gateway('gw-list-a').fetch('/health');
    const organizationId = seed.organization.id;
    for (let change = 0; change < 2; change += 1) {
      await recordChange(plane.database, { organizationId, kind: 'VK_CONFIG_UPDATED', virtualKeyId: key.id });
    }
    await plane.app.get(GatewayFleet).flush();
    const { status, body } = await manage('GET', '/gateways');
    expect(status).toBe(200);
    expect(body.data).toMatchObject([
      { node_id: 'gw-list-a', version: '1.2.3', applied_revision: null, lag_revisions: null, lag_seconds: null },
      { node_id: 'gw-list-b', version: '1.2.3', applied_revision: '0', lag_revisions: 2 },
    ]);
    expect(body.data[1].lag_seconds).toBeGreaterThan(0);
    await gateway.poll();
    await gateway.poll();
    await expect
      .poll(async () => (await manage('GET', '/gateways')).body.data[1])
      .toMatchObject({ applied_revision: body.current_revision, lag_revisions: 0, lag_seconds: 0 });
  });

  it('forgets a gateway half a minute after its last sign of life', async () => {
    await new Gateway('gw-forgotten').fetch('/health');
    await plane.app.get(GatewayFleet).flush();
    expect((await manage('GET', '/gateways')).body.data).toHaveLength(1);
    await sql`UPDATE gateway_replicas SET last_seen_at = now() - interval '31 seconds'`.execute(plane.database);
    expect((await manage('GET', '/gateways')).body.data).toEqual([]);
  });

  it('is for administrators only', async () => {
    expect((await fetch(`${plane.baseUrl}/api/gateway/v1/gateways`)).status).toBe(401);
  });
});
