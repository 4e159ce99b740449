import { jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  type BootstrapEntry,
  type BootstrapPage,
  bootstrapClaimsSchema,
  configPayloadSchema,
  createBundle,
  digestKey,
  errorEnvelopeSchema,
  readBootstrapPage,
  splitBootstrapPage,
} from '#gateway-protocol';
import { AdminKeys } from '../admin-auth/admin-keys.js';
import { recordChange } from '../change-events/record-change.js';
import { KeyUsage } from '../gateway-protocol/key-usage.js';
import { KeySecrets } from '../secrets/key-secrets.js';
import { BootstrapPages } from './bootstrap-pages.js';
import { type TestControlPlane, startTestControlPlane } from '../testing/control-plane.js';
import { Seed } from '../testing/seed.js';
import { signedFetch } from '../testing/signed-fetch.js';

let plane: TestControlPlane;
let seed: Seed;
let keyCount = 0;

beforeAll(async () => {
  plane = await startTestControlPlane(inject('postgresUrl'));
});

beforeEach(async () => {
  await plane.database.deleteFrom('budgets').execute();
  await plane.database.deleteFrom('virtual_keys').execute();
  seed = await Seed.create(plane.database);
});

afterAll(async () => {
  await plane?.close();
});

function newSecret(): string {
  keyCount += 1;
  return `vk-lw-live_${String(keyCount).padStart(26, '0')}`;
}

async function fetchPage(query = '', headers: Record<string, string> = {}): Promise<Response> {
  return signedFetch(plane, `/bootstrap${query}`, { headers });
}

/** Reads a page as a gateway does: token first. */
async function open(text: string): Promise<BootstrapPage> {
  const { token, body } = splitBootstrapPage(text);
  const { payload } = await jwtVerify(token, Buffer.from(plane.config.jwtSecret), {
    issuer: 'langwatch-control-plane',
    audience: 'langwatch-gateway',
    algorithms: ['HS256'],
  });
  return readBootstrapPage(body, bootstrapClaimsSchema.parse(payload));
}

async function readPage(query = ''): Promise<BootstrapPage> {
  const response = await fetchPage(query);
  expect(response.status).toBe(200);
  return open(await response.text());
}

async function readEntries(): Promise<BootstrapEntry[]> {
  return [...(await readPage()).entries];
}

describe('GET /bootstrap', () => {
  it('says of every key what resolve-key and config say of it', async () => {
    await seed.modelProvider('second', { priority: 200, handle: 'two' });
    await seed.modelProvider('team', { scope_type: 'team', scope_id: seed.team.id });
    await seed.modelProvider('first', { priority: 1, region: 'eu', base_url: 'https://a.example' });
    await seed.modelProvider('off', { enabled: false });
    const other = await Seed.create(plane.database);
    await other.modelProvider('foreign');
    await seed.budget();
    await seed.budget({ scope_type: 'project', scope_id: seed.project.id, window: 'month' });
    await other.budget();
    const plain = newSecret();
    const special = newSecret();
    await seed.virtualKey(plain);
    const providers = await plane.database
      .selectFrom('model_providers')
      .select('id')
      .where('name', '=', 'team')
      .execute();
    const key = await seed.virtualKey(special, {
      routing_mode: 'fallback_all',
      principal_user_id: 'user-1',
      expires_at: new Date(Date.now() + 3_600_000),
      config: JSON.stringify({
        providersAllowed: providers.map(({ id }) => id),
        modelAliases: { fast: 'gpt-5-mini' },
        onRevoke: 'cut',
        metadata: { tags: ['é'] },
      }),
    });
    await seed.scope(key.id, 'organization', seed.organization.id);
    await seed.budget({ scope_type: 'virtual_key', scope_id: key.id });
    await seed.budget({ scope_type: 'principal', scope_id: 'user-1', on_breach: 'warn' });
    const routed = newSecret();
    const policy = await seed.routingPolicy({
      targets: providers.map(({ id }) => ({ modelProviderId: id, model: 'gpt-5' })),
      requiredLabels: ['region:eu'],
      modelAliases: { smart: 'gpt-5' },
    });
    await seed.virtualKey(routed, { routing_mode: 'policy', routing_policy_id: policy.id });
    const entries = await readEntries();
    expect(entries).toHaveLength(3);
    for (const secret of [plain, special, routed]) {
      const entry = entries.find(({ digest }) => digest === digestKey(secret));
      expect(entry).toBeDefined();
      if (entry === undefined) continue;
      const config = await signedFetch(plane, `/config/${entry.claims.vk_id}`);
      const alone = configPayloadSchema.parse(await config.json());
      expect(entry.etag).toBe(config.headers.get('etag'));
      expect(createBundle(entry.claims, entry.config)).toEqual(createBundle(entry.claims, alone));
      const resolved = await signedFetch(plane, '/resolve-key', { body: JSON.stringify({ key_presented: secret }) });
      const answer = JSON.parse(await resolved.text());
      const { payload } = await jwtVerify(answer.jwt, Buffer.from(plane.config.jwtSecret));
      expect({ ...payload, iat: 0, exp: 0, iss: '', aud: '' }).toEqual({
        ...entry.claims,
        iat: 0,
        exp: 0,
        iss: '',
        aud: '',
      });
      expect(Math.abs((payload.exp ?? 0) - entry.claims.exp)).toBeLessThanOrEqual(5);
    }
  });

  it('hands out active keys only, with the secret before a rotation until its grace ends', async () => {
    const [live, previous] = [newSecret(), newSecret()];
    const graceEnds = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000);
    const now = new Date();
    const donor = await seed.virtualKey(previous);
    const key = await seed.virtualKey(live);
    await plane.database.deleteFrom('virtual_keys').where('id', '=', donor.id).execute();
    const sealed = plane.app.get(KeySecrets).store(previous, key.id);
    const inGrace = {
      previous_secret_hash: sealed.secret_hash,
      previous_pepper_version: sealed.pepper_version,
      previous_sealed_digest: sealed.sealed_digest,
      previous_digest_sealing_key_version: sealed.digest_sealing_key_version,
    };
    const update = plane.database.updateTable('virtual_keys').where('id', '=', key.id);
    await update.set({ ...inGrace, previous_secret_expires_at: graceEnds }).execute();
    await seed.virtualKey(newSecret(), { status: 'disabled' });
    await seed.virtualKey(newSecret(), { status: 'revoked', revoked_at: now });
    await seed.virtualKey(newSecret(), { expires_at: new Date(now.getTime() - 1_000) });
    const entries = await readEntries();
    expect(entries.map(({ digest }) => digest)).toEqual([digestKey(live), digestKey(previous)]);
    expect(entries[1]?.claims).toMatchObject({ vk_id: key.id, vk_expires_at: null, exp: graceEnds.getTime() / 1000 });
    await update.set({ previous_secret_expires_at: now }).execute();
    expect((await readEntries()).map(({ digest }) => digest)).toEqual([digestKey(live)]);
  });

  it('knows a key from its creation on, and both of its secrets after a rotation', async () => {
    const admin = await plane.app.get(AdminKeys).mint(seed.organization.id, 'test');
    const post = async (path: string, body: unknown): Promise<ReturnType<JSON['parse']>> => {
      const headers = { authorization: `Bearer ${admin.secret}` };
      const url = `${plane.baseUrl}/api/gateway/v1/virtual-keys${path}`;
      return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    };
    const config = { on_revoke: 'cut' };
    const created = await post('', { name: 'key', trace_project_id: seed.project.id, config });
    expect(created.virtual_key.config.onRevoke).toBe('cut');
    const [first] = await readEntries();
    expect(first).toMatchObject({ digest: digestKey(created.secret), config: { on_revoke: 'cut' } });
    const rotated = await post(`/${created.virtual_key.id}/rotate`, {});
    const digests = (await readEntries()).map(({ digest }) => digest);
    expect(digests).toEqual([digestKey(rotated.secret), digestKey(created.secret)]);
    await post(`/${created.virtual_key.id}/revoke`, {});
    expect(await readEntries()).toEqual([]);
  });

  it('gives every key exactly once over all pages, and a revision that the feed goes on from', async () => {
    const secrets = Array.from({ length: 7 }, newSecret);
    for (const secret of secrets) await seed.virtualKey(secret);
    await recordChange(plane.database, { organizationId: seed.organization.id, kind: 'VK_CREATED' });
    const seen: string[] = [];
    let cursor: string | null = '';
    let pages = 0;
    while (cursor !== null) {
      const page: BootstrapPage = await readPage(`?limit=3&cursor=${cursor}`);
      seen.push(...[...page.entries].map(({ digest }) => digest));
      cursor = page.nextCursor;
      pages += 1;
      const { revision } = await plane.database
        .selectFrom('change_events')
        .select((build) => build.fn.max('revision').as('revision'))
        .where('organization_id', '=', seed.organization.id)
        .executeTakeFirstOrThrow();
      expect(page.revisions).toEqual({ [seed.organization.id]: String(revision) });
    }
    expect(pages).toBe(3);
    expect(seen.toSorted()).toEqual(secrets.map((secret) => digestKey(secret)).toSorted());
  });

  it('lets gateways that start together share a page, but never one from before it counted them', async () => {
    const secrets = Array.from({ length: 3 }, newSecret);
    for (const secret of secrets) await seed.virtualKey(secret);
    const pages = plane.app.get(BootstrapPages);
    const first = { afterId: undefined, limit: 1, isCompressed: false, notBeforeMs: performance.now() };
    const [one, same, later] = await Promise.all([
      pages.read(first),
      pages.read(first),
      pages.read({ ...first, notBeforeMs: Number.POSITIVE_INFINITY }),
    ]);
    expect(same.bytes).toBe(one.bytes);
    expect(later.bytes).not.toBe(one.bytes);
  });

  it('answers an empty page when there is no key', async () => {
    const page = await readPage();
    expect([[...page.entries], page.nextCursor, page.keyCount]).toEqual([[], null, 0]);
  });

  it('answers 304 while nothing on the page has changed, and anew when a budget, provider or key has', async () => {
    await seed.virtualKey(newSecret());
    const budget = await seed.budget();
    const provider = await seed.modelProvider('one');
    const etag = async (): Promise<string> => (await fetchPage()).headers.get('etag') ?? '';
    const first = await etag();
    const unchanged = await fetchPage('', { 'if-none-match': first });
    expect([unchanged.status, await unchanged.text(), unchanged.headers.get('etag')]).toEqual([304, '', first]);
    await plane.database.updateTable('budgets').set({ limit_nano_usd: 5n }).where('id', '=', budget.id).execute();
    const second = await etag();
    await plane.database
      .updateTable('model_providers')
      .set({ region: 'eu', revision: 2n })
      .where('id', '=', provider.id)
      .execute();
    const third = await etag();
    await seed.virtualKey(newSecret());
    expect(new Set([first, second, third, await etag()]).size).toBe(4);
    expect((await fetchPage('', { 'if-none-match': first })).status).toBe(200);
  });

  it('compresses for whoever accepts it', async () => {
    const secret = newSecret();
    await seed.virtualKey(secret);
    const plain = await fetchPage('', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    const refused = await fetchPage('', { 'accept-encoding': 'gzip;q=0' });
    expect(refused.headers.get('content-encoding')).toBeNull();
    const compressed = await fetchPage('', { 'accept-encoding': 'br, gzip' });
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    // The client inflates what says that it is compressed.
    const page = await open(await compressed.text());
    expect([...page.entries].map(({ digest }) => digest)).toEqual([digestKey(secret)]);
  });

  it('learns the digest of an older key when its secret is next presented', async () => {
    const secret = newSecret();
    await seed.virtualKey(secret, { sealed_digest: null, digest_sealing_key_version: null });
    expect(await readEntries()).toEqual([]);
    await signedFetch(plane, '/resolve-key', { body: JSON.stringify({ key_presented: secret }) });
    await plane.app.get(KeyUsage).flush();
    expect((await readEntries()).map(({ digest }) => digest)).toEqual([digestKey(secret)]);
  });

  it('leaves out a key whose digest does not open, and says so in the log', async () => {
    const secret = newSecret();
    await seed.virtualKey(secret);
    const strange = await seed.virtualKey(newSecret(), { digest_sealing_key_version: 9 });
    expect((await readEntries()).map(({ digest }) => digest)).toEqual([digestKey(secret)]);
    expect(plane.logLines.some((line) => line.includes(strange.id) && line.includes('bootstrap'))).toBe(true);
  });

  it('stores no digest that somebody who reads the database could use', async () => {
    const secret = newSecret();
    await seed.virtualKey(secret);
    const rows = await plane.database.selectFrom('virtual_keys').selectAll().execute();
    const text = rows
      .map((row) =>
        Object.values(row)
          .map((value) => String(value))
          .join(),
      )
      .join();
    expect(text).not.toContain(digestKey(secret));
  });

  it.each([
    ['?limit=0', 'invalid_limit'],
    ['?limit=many', 'invalid_limit'],
    ['?cursor=nonsense', 'invalid_cursor'],
    ['?cursor=a&cursor=b', 'invalid_cursor'],
  ])('refuses %s', async (query, code) => {
    const response = await fetchPage(query);
    const { error } = errorEnvelopeSchema.parse(await response.json());
    expect([response.status, error.code]).toEqual([400, code]);
  });
});
