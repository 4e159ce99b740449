import { jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { errorEnvelopeSchema, resolveKeyResponseSchema, signRequest } from '#gateway-protocol';
import { KeyHasher } from '../secrets/key-hasher.js';
import { type TestControlPlane, startTestControlPlane } from '../testing/control-plane.js';
import { Seed } from '../testing/seed.js';
import { type SignedFetchOptions, signedFetch } from '../testing/signed-fetch.js';
import { KeyUsage } from './key-usage.js';

const PREFIX = '/api/internal/gateway';
const HOUR_MS = 3_600_000;

let plane: TestControlPlane;
let seed: Seed;
let keyCount = 0;

beforeAll(async () => {
  plane = await startTestControlPlane(inject('postgresUrl'));
  seed = await Seed.create(plane.database);
});

afterAll(async () => {
  await plane?.close();
});

function newSecret(): string {
  keyCount += 1;
  return `vk-lw-live_${String(keyCount).padStart(26, '0')}`;
}

async function resolve(secret: unknown, options: SignedFetchOptions = {}): Promise<Response> {
  return signedFetch(plane, '/resolve-key', { body: JSON.stringify({ key_presented: secret }), ...options });
}

async function refusal(response: Response): Promise<[number, string | undefined, string | undefined]> {
  const { error } = errorEnvelopeSchema.parse(await response.json());
  return [response.status, error.code, error.type];
}

async function claimsOf(response: Response) {
  expect(response.status).toBe(200);
  const { jwt } = resolveKeyResponseSchema.parse(await response.json());
  const key = Buffer.from(plane.config.jwtSecret);
  const options = { issuer: 'langwatch-control-plane', audience: 'langwatch-gateway', algorithms: ['HS256'] };
  return (await jwtVerify(jwt, key, options)).payload;
}

describe('the signature guard', () => {
  it.each([
    ['vk-lw-01HZX', 'a73842ca249456600ab7752cc709e42c2b5ff2ca12f5b9f45f56ba873590c4e5'],
    ['lw_vk_live_01HZX', '4e4c8634b10a7ef719cf6d56b89b7f44a5ac7544c03d98ef132b79d36a1a6a1f'],
  ])('finds the published signature for %s genuine, and only its time too old', async (key, signature) => {
    const send = async (body: string): Promise<Response> =>
      fetch(`${plane.baseUrl}${PREFIX}/resolve-key`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-langwatch-gateway-signature': signature,
          'x-langwatch-gateway-timestamp': '1734567890',
        },
        body,
      });
    const body = `{"key_presented":"${key}","gateway_node_id":"gw-a"}`;
    expect(await refusal(await send(body))).toEqual([401, 'timestamp_out_of_window', 'permission_denied']);
    expect(await refusal(await send(`${body} `))).toEqual([401, 'invalid_signature', 'permission_denied']);
  });

  it.each(['vk-lw-01HZX', 'lw_vk_live_01HZX'])(
    'lets the published body for %s in when it is signed now',
    async (key) => {
      const body = `{"key_presented":"${key}","gateway_node_id":"gw-a"}`;
      const response = await signedFetch(plane, '/resolve-key', { body });
      expect(await refusal(response)).toEqual([401, 'malformed_key', 'invalid_api_key']);
    },
  );

  it.each(['/health', '/config/vk_x', '/changes?organization_id=o', '/bootstrap'])(
    'keeps unsigned callers away from %s',
    async (path) => {
      const response = await fetch(`${plane.baseUrl}${PREFIX}${path}`);
      expect(response.headers.get('x-langwatch-handled-error')).toBe('missing_signature');
      expect(await refusal(response)).toEqual([401, 'missing_signature', 'permission_denied']);
    },
  );

  it('accepts the previous secret and no other', async () => {
    const [, previous] = plane.config.internalSecrets;
    expect((await signedFetch(plane, '/health', { secret: previous ?? '' })).status).toBe(200);
    const other = await signedFetch(plane, '/health', { secret: 'another-secret-another-secret-an' });
    expect(await refusal(other)).toEqual([401, 'invalid_signature', 'permission_denied']);
  });

  it('names a timestamp that is no number after the signature over it was genuine', async () => {
    const path = `${PREFIX}/health`;
    const [secret = ''] = plane.config.internalSecrets;
    const signature = signRequest({ method: 'GET', path, body: '' }, secret, Number.NaN);
    const response = await fetch(`${plane.baseUrl}${path}`, {
      headers: { 'x-langwatch-gateway-signature': signature, 'x-langwatch-gateway-timestamp': 'NaN' },
    });
    expect(await refusal(response)).toEqual([401, 'invalid_timestamp', 'permission_denied']);
  });

  it('does not cover the query string', async () => {
    expect((await signedFetch(plane, '/health?x=1')).status).toBe(200);
  });

  it('answers health', async () => {
    expect(await (await signedFetch(plane, '/health')).json()).toEqual({ status: 'ok' });
  });
});

describe('resolve-key', () => {
  it('says who a key is', async () => {
    const secret = newSecret();
    const key = await seed.virtualKey(secret, { principal_user_id: 'user-1' });
    const claims = await claimsOf(await resolve(secret, { headers: { 'content-type': 'text/plain' } }));
    expect(claims).toMatchObject({
      vk_id: key.id,
      project_id: seed.project.id,
      team_id: seed.team.id,
      org_id: seed.organization.id,
      principal_id: 'user-1',
      revision: '1',
      vk_expires_at: null,
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
  });

  it('ends the token with the key when the key expires sooner', async () => {
    const secret = newSecret();
    const expiresAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000);
    await seed.virtualKey(secret, { expires_at: expiresAt });
    const claims = await claimsOf(await resolve(secret));
    expect(claims['vk_expires_at']).toBe(expiresAt.getTime() / 1000);
    expect(claims.exp).toBe(expiresAt.getTime() / 1000);
  });

  it.each([
    ['a key nobody minted', 'vk-lw-live_ZZZZZZZZZZZZZZZZZZZZZZZZZZ', 'virtual_key_not_found'],
    ['another vendor’s key', 'sk-proj-abcdefghijklmnopqrstuvwxyz', 'malformed_key'],
    ['an endless key', `vk-lw-${'A'.repeat(100_000)}`, 'malformed_key'],
  ])('does not know %s', async (_, secret, code) => {
    expect(await refusal(await resolve(secret))).toEqual([401, code, 'invalid_api_key']);
  });

  it.each([undefined, '', 7])('needs a key, not %j', async (secret) => {
    expect(await refusal(await resolve(secret))).toEqual([400, 'missing_key_presented', 'bad_request']);
  });

  it('answers bad JSON clearly', async () => {
    const response = await signedFetch(plane, '/resolve-key', { body: '{"key' });
    expect(await refusal(response)).toEqual([400, 'invalid_json', 'invalid_json']);
  });

  it('says revoked before disabled before expired', async () => {
    const past = new Date(Date.now() - HOUR_MS);
    const expired = newSecret();
    const disabled = newSecret();
    const revoked = newSecret();
    await seed.virtualKey(expired, { expires_at: past });
    await seed.virtualKey(disabled, { expires_at: past, status: 'disabled' });
    await seed.virtualKey(revoked, { expires_at: past, status: 'revoked', revoked_at: past });
    expect((await refusal(await resolve(expired))).slice(0, 2)).toEqual([403, 'virtual_key_expired']);
    expect((await refusal(await resolve(disabled))).slice(0, 2)).toEqual([403, 'virtual_key_disabled']);
    expect((await refusal(await resolve(revoked))).slice(0, 2)).toEqual([403, 'virtual_key_revoked']);
  });

  it('accepts the secret before a rotation until its grace ends, and ends the token with it', async () => {
    const hasher = new KeyHasher(plane.config.keyPepper);
    const [inGrace, outOfGrace] = [newSecret(), newSecret()];
    const graceEnds = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000);
    const previous = (secret: string, endsAt: Date) => ({
      previous_secret_hash: hasher.hash(secret).hash,
      previous_pepper_version: hasher.currentPepperVersion,
      previous_secret_expires_at: endsAt,
    });
    const key = await seed.virtualKey(newSecret(), previous(inGrace, graceEnds));
    await seed.virtualKey(newSecret(), previous(outOfGrace, new Date(Date.now() - 1)));
    const claims = await claimsOf(await resolve(inGrace));
    expect(claims).toMatchObject({ vk_id: key.id, exp: graceEnds.getTime() / 1000, vk_expires_at: null });
    expect((await refusal(await resolve(outOfGrace))).slice(0, 2)).toEqual([401, 'virtual_key_not_found']);
  });

  it('hashes a key again that the previous pepper hashed', async () => {
    const secret = newSecret();
    const old = new KeyHasher(plane.config.previousKeyPepper ?? '').hash(secret);
    const key = await seed.virtualKey(secret, { secret_hash: old.hash, pepper_version: old.pepperVersion });
    expect((await claimsOf(await resolve(secret)))['vk_id']).toBe(key.id);
    await plane.app.get(KeyUsage).flush();
    expect(await readKey(key.id)).toMatchObject({
      secret_hash: new KeyHasher(plane.config.keyPepper).hash(secret).hash,
      pepper_version: new KeyHasher(plane.config.keyPepper).currentPepperVersion,
      revision: 1n,
    });
    expect((await resolve(secret)).status).toBe(200);
  });

  it('notes the last use of a key at most once a minute, and never of a refused key', async () => {
    const [used, refused] = [newSecret(), newSecret()];
    const usedKey = await seed.virtualKey(used);
    const refusedKey = await seed.virtualKey(refused, { status: 'disabled' });
    await resolve(used);
    await resolve(refused);
    await plane.app.get(KeyUsage).flush();
    const first = await readKey(usedKey.id);
    expect(first.last_used_at).toBeInstanceOf(Date);
    await resolve(used);
    await plane.app.get(KeyUsage).flush();
    expect((await readKey(usedKey.id)).last_used_at).toEqual(first.last_used_at);
    expect((await readKey(refusedKey.id)).last_used_at).toBeNull();
  });

  it('keeps every secret out of the log', async () => {
    const secret = newSecret();
    await seed.virtualKey(secret);
    await resolve(secret);
    await resolve('vk-lw-live_YYYYYYYYYYYYYYYYYYYYYYYYYY');
    const log = plane.logLines.join('');
    expect(log).toContain(`${PREFIX}/resolve-key`);
    for (const text of [secret, 'vk-lw-live_Y', ...plane.config.internalSecrets, 'x-langwatch-gateway-signature']) {
      expect(log).not.toContain(text);
    }
  });
});

async function readKey(id: string) {
  return plane.database.selectFrom('virtual_keys').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}
