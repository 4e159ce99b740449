import { inspect } from 'node:util';
import { ControlPlaneClient, verifyRequest, type ConfigPayloadInput } from '#gateway-protocol';
import { SystemClock, SystemRandom } from '#kernel';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BundleVerifier } from './bundle-verifier.js';
import { ChangeFeed } from './change-feed.js';
import { ControlPlaneChangeSource } from './control-plane-change-source.js';
import { ControlPlaneKeySource } from './control-plane-key-source.js';
import { KeyCache } from './key-cache.js';
import { ProtocolServer, answerJson } from './testing/protocol-server.js';
import { RecordedEvents } from './testing/recorded-events.js';

const KEY = 'vk-lw-live_01HZX9N4Q2V8K3M5T7W9Y1A2B3';
const SECRET = 'internal-secret-of-thirty-two-bytes';
const JWT_SECRET = 'identity-secret-of-thirty-two-bytes';
const CONFIG: ConfigPayloadInput = {
  vk_id: 'vk_abc',
  revision: '42',
  status: 'active',
  providers: [{ id: 'mp_1', type: 'openai', credentials: { api_key: 'sk-provider-secret' } }],
  budgets: [],
  expires_at: null,
};

const clock = new SystemClock();
const never = new AbortController().signal;
let server: ProtocolServer;
let client: ControlPlaneClient;
let source: ControlPlaneKeySource;

async function token(claims: Record<string, unknown> = {}, secret = JWT_SECRET, issuer = 'langwatch-control-plane') {
  const nowSeconds = Math.floor(clock.now() / 1000);
  return new SignJWT({ vk_id: 'vk_abc', org_id: 'org_z', project_id: 'project_x', exp: nowSeconds + 900, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setAudience('langwatch-gateway')
    .sign(new TextEncoder().encode(secret));
}

beforeEach(async () => {
  server = new ProtocolServer();
  await server.listen();
  const options = { secret: SECRET, nodeId: 'node-1', version: '0.0.0', clock, requestTimeoutMs: 500 };
  client = new ControlPlaneClient({ baseUrl: server.baseUrl, ...options });
  source = new ControlPlaneKeySource(client, new BundleVerifier({ current: JWT_SECRET }, clock));
});

afterEach(async () => {
  await client.close();
  await server.close();
});

describe('resolving a key at a control plane', () => {
  it('asks with a signed request that carries the key in its body only, and reads the claims', async () => {
    const jwt = await token({ vk_expires_at: 2_000_000_000 });
    server.handler = (_call, response) => answerJson(response, 200, { jwt, revision: '42' });
    const answer = await source.resolveKey(KEY, never);
    expect(answer).toMatchObject({ kind: 'resolved', claims: { vk_id: 'vk_abc', vk_expires_at: 2_000_000_000 } });
    const [call] = server.calls;
    expect(call).toMatchObject({ method: 'POST', url: '/api/internal/gateway/resolve-key' });
    expect(JSON.parse(call?.body ?? '')).toEqual({ key_presented: KEY });
    const received = {
      method: 'POST',
      path: '/api/internal/gateway/resolve-key',
      body: call?.body ?? '',
      signature: String(call?.headers['x-langwatch-gateway-signature']),
      timestamp: String(call?.headers['x-langwatch-gateway-timestamp']),
    };
    expect(verifyRequest(received, [SECRET], Math.floor(clock.now() / 1000))).toBeUndefined();
  });

  it.each([
    [401, { type: 'invalid_api_key', code: 'malformed_key' }, 'invalid_api_key'],
    [401, { type: 'invalid_api_key', code: 'virtual_key_not_found' }, 'invalid_api_key'],
    [404, { code: 'virtual_key_not_found' }, 'invalid_api_key'],
    [403, { code: 'virtual_key_disabled' }, 'virtual_key_disabled'],
    [403, { code: 'virtual_key_expired' }, 'virtual_key_expired'],
    [403, { code: 'virtual_key_revoked' }, 'virtual_key_revoked'],
    [403, { code: 'something_new', message: 'virtual_key_expired' }, 'virtual_key_revoked'],
  ])('takes %i %j as %s', async (status, error, reason) => {
    server.handler = (_call, response) => answerJson(response, status, { error });
    expect(await source.resolveKey(KEY, never)).toEqual({ kind: 'refused', reason });
  });

  it('takes a 403 and a 401 without a readable body as the contract says', async () => {
    server.handler = (_call, response) => void response.writeHead(403).end('<html>');
    expect(await source.resolveKey(KEY, never)).toEqual({ kind: 'refused', reason: 'virtual_key_revoked' });
    server.handler = (_call, response) => void response.writeHead(401).end();
    expect(await source.resolveKey(KEY, never)).toEqual({ kind: 'refused', reason: 'invalid_api_key' });
  });

  it('never takes a refused shared secret for an invalid key', async () => {
    const error = { type: 'permission_denied', code: 'invalid_signature', message: 'no' };
    server.handler = (_call, response) => answerJson(response, 401, { error });
    const expected = {
      kind: 'unavailable',
      failure: { kind: 'secret_refused', detail: 'status 401, code invalid_signature' },
    };
    expect(await source.resolveKey(KEY, never)).toEqual(expected);
    expect(await source.fetchConfig('vk_abc', undefined, never)).toEqual(expected);
  });

  it.each([400, 302, 409, 429, 500, 503])(
    'takes status %i as a failure that says nothing about the key',
    async (status) => {
      server.handler = (_call, response) => answerJson(response, status, { error: { code: 'virtual_key_revoked' } });
      expect(await source.resolveKey(KEY, never)).toMatchObject({
        kind: 'unavailable',
        failure: { kind: 'server_error' },
      });
    },
  );

  it('takes a token that it cannot verify as a failure of the control plane', async () => {
    const nowSeconds = Math.floor(clock.now() / 1000);
    const forged = [
      await token({}, 'another-secret-of-thirty-two-bytes!'),
      await token({}, JWT_SECRET, 'another-issuer'),
      await token({ exp: nowSeconds - 1 }),
    ];
    for (const jwt of forged) {
      server.handler = (_call, response) => answerJson(response, 200, { jwt });
      expect(await source.resolveKey(KEY, never)).toMatchObject({ failure: { kind: 'bundle_rejected' } });
    }
  });

  it.each(['', '{}', '[]', '{"jwt":""}', '{"jwt":42}', '{"jwt":"e', 'null'])(
    'takes the body %j as a failure',
    async (body) => {
      server.handler = (_call, response) => void response.writeHead(200).end(body);
      expect(await source.resolveKey(KEY, never)).toMatchObject({
        kind: 'unavailable',
        failure: { kind: 'bad_answer' },
      });
    },
  );

  it('takes a body that is cut off as a failure, even when the part parses', async () => {
    const jwt = await token();
    server.handler = (_call, response) => {
      const body = JSON.stringify({ jwt });
      response.writeHead(200, { 'content-length': String(body.length + 10) });
      response.write(body, () => void response.destroy());
    };
    expect(await source.resolveKey(KEY, never)).toMatchObject({ failure: { kind: 'transport' } });
  });

  it('gives up on a control plane that hangs, and at once when told to', async () => {
    server.handler = () => {};
    expect(await source.resolveKey(KEY, never)).toMatchObject({ failure: { kind: 'timeout' } });
    const stop = new AbortController();
    const answer = source.resolveKey(KEY, stop.signal);
    stop.abort();
    expect(await answer).toMatchObject({ kind: 'unavailable', failure: { kind: 'timeout' } });
  });

  it('reports nothing of the key in a failure', async () => {
    await server.close();
    const answer = await source.resolveKey(KEY, never);
    expect(answer).toMatchObject({ failure: { kind: 'transport' } });
    expect(inspect(answer, { depth: 10, showHidden: true })).not.toContain(KEY);
    await server.listen();
  });
});

describe('fetching a configuration from a control plane', () => {
  it('reads payload and tag, and sends the tag back as it came', async () => {
    const etag = '42.9f86d081884c7d65';
    server.handler = (call, response) =>
      call.headers['if-none-match'] === etag
        ? void response.writeHead(304, { etag }).end()
        : answerJson(response, 200, CONFIG, { etag });
    const answer = await source.fetchConfig('vk_abc', undefined, never);
    expect(answer).toMatchObject({ kind: 'config', etag, config: { vk_id: 'vk_abc', expires_at: null } });
    expect(await source.fetchConfig('vk_abc', etag, never)).toEqual({ kind: 'not_modified' });
    expect(await source.fetchConfig('vk_abc', `W/"${etag}"`, never)).toMatchObject({ kind: 'config' });
  });

  it('escapes the id of the key', async () => {
    server.handler = (_call, response) => answerJson(response, 404, { error: { code: 'virtual_key_not_found' } });
    expect(await source.fetchConfig('vk/../a b?c', undefined, never)).toEqual({ kind: 'not_found' });
    expect(server.calls[0]?.url).toBe('/api/internal/gateway/config/vk%2F..%2Fa%20b%3Fc');
  });

  it('takes "not modified" as a failure when the request was unconditional', async () => {
    server.handler = (_call, response) => void response.writeHead(304).end();
    expect(await source.fetchConfig('vk_abc', undefined, never)).toMatchObject({ failure: { kind: 'bad_answer' } });
  });

  it('keeps no tag when the answer names none', async () => {
    server.handler = (_call, response) => answerJson(response, 200, CONFIG);
    expect(await source.fetchConfig('vk_abc', '1.a', never)).toMatchObject({ kind: 'config', etag: undefined });
  });

  it('tolerates what older and newer control planes add', async () => {
    const legacy = {
      ...CONFIG,
      fallback: { on: ['5xx'], timeout_ms: 3, chain: ['mp_1'], max_attempts: 2 },
      guardrail_attachments: [{ direction: 'pre', guardrail_ids: ['gone'] }],
      providers: [],
      unheard_of: { deep: [1] },
    };
    server.handler = (_call, response) => answerJson(response, 200, legacy);
    expect(await source.fetchConfig('vk_abc', undefined, never)).toMatchObject({ config: { providers: [] } });
  });

  it.each(['soon', 1.5, true])(
    'fails as a whole on the expiry date %j and names no value of the payload',
    async (date) => {
      server.handler = (_call, response) => answerJson(response, 200, { ...CONFIG, expires_at: date });
      const answer = await source.fetchConfig('vk_abc', undefined, never);
      expect(answer).toMatchObject({ kind: 'unavailable', failure: { kind: 'bad_answer' } });
      expect(JSON.stringify(answer)).toContain('expires_at');
      expect(JSON.stringify(answer)).not.toContain('sk-provider-secret');
    },
  );
});

describe('a key cache with its change feed, over real sockets', () => {
  it('serves a key from memory, hears of its revocation, and stops within milliseconds', async () => {
    const jwt = await token();
    let revoked = false;
    let release = (): void => {};
    server.handler = (call, response) => {
      if (call.url.includes('/resolve-key')) {
        if (revoked) answerJson(response, 403, { error: { code: 'virtual_key_revoked' } });
        else answerJson(response, 200, { jwt });
      } else if (call.url.includes('/config/')) {
        answerJson(response, 200, CONFIG, { etag: '42.a' });
      } else if (call.url.includes(`since=${Number.MAX_SAFE_INTEGER}`)) {
        response.writeHead(204, { 'x-langwatch-revision': '41' }).end();
      } else if (call.url.includes('since=41')) {
        const change = { kind: 'VK_REVOKED', virtual_key_id: 'vk_abc', revision: '42' };
        release = (): void => answerJson(response, 200, { current_revision: '42', changes: [change] });
      }
    };
    const events = new RecordedEvents();
    const random = new SystemRandom();
    const cache = new KeyCache({ source, clock, random, events });
    const changes = new ControlPlaneChangeSource(client);
    const feed = new ChangeFeed({ source: changes, cache, clock, random, events }, { scanIntervalMs: 5 });
    feed.start();

    expect(await cache.resolve(KEY)).toMatchObject({ ok: true, bundle: { organizationId: 'org_z', revision: '42' } });
    await until(() => server.calls.some((call) => call.url.includes('since=41')));
    // The feed has found its place, so the key is asked for once more and then served from memory.
    expect(await cache.resolve(KEY)).toMatchObject({ ok: true });
    expect(cache.resolve(KEY)).toMatchObject({ ok: true });

    revoked = true;
    release();
    await until(() => cache.stats().entries === 0);
    expect(await cache.resolve(KEY)).toEqual({ ok: false, reason: 'virtual_key_revoked' });

    const startedAtMs = clock.monotonicMs();
    await Promise.all([feed.stop(), cache.stop()]);
    expect(clock.monotonicMs() - startedAtMs).toBeLessThan(250);
    expect(cache.stats().flights).toBe(0);
  });

  it.each([
    ['drops the connection', (response) => void response.destroy()],
    ['answers 500', (response) => void response.writeHead(500).end()],
    ['answers nonsense', (response) => void response.writeHead(200).end('{"current_revision":"x","changes":[]}')],
    [
      'names a revision that is no number',
      (response) => void response.writeHead(204, { 'x-langwatch-revision': 'x' }).end(),
    ],
  ] satisfies [string, (response: Parameters<ProtocolServer['handler']>[1]) => void][])(
    'takes a feed that %s as a failed poll',
    async (_, answer) => {
      server.handler = (_call, response) => answer(response);
      const changes = new ControlPlaneChangeSource(client);
      const poll = { organizationId: 'org z', since: '7', timeoutSeconds: 1 };
      expect(await changes.poll(poll, never)).toMatchObject({ kind: 'unavailable' });
      expect(server.calls[0]?.url).toBe('/api/internal/gateway/changes?organization_id=org+z&since=7&timeout_s=1');
    },
  );

  it('reads a full page of events and kinds that it does not know', async () => {
    const event = { kind: 'SOMETHING_NEW', virtual_key_id: null, revision: '8' };
    const page = { current_revision: '507', changes: Array.from({ length: 500 }, () => event) };
    server.handler = (_call, response) => answerJson(response, 200, page);
    const poll = { organizationId: 'org_z', since: '7', timeoutSeconds: 1 };
    const answer = await new ControlPlaneChangeSource(client).poll(poll, never);
    expect(answer).toMatchObject({ kind: 'changes', cursor: '507' });
    expect(answer.kind === 'changes' && answer.changes.length).toBe(500);
  });
});

/** Waits for something that a real socket brings about; the test's own time limit bounds it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
