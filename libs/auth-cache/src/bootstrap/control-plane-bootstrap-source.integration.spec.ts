import { gzipSync } from 'node:zlib';
import {
  ControlPlaneClient,
  hashBootstrapBody,
  joinBootstrapPage,
  writeBootstrapBody,
  type BootstrapKeyInput,
} from '#gateway-protocol';
import { SystemClock } from '#kernel';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BundleVerifier } from '../bundle-verifier.js';
import { ProtocolServer } from '../testing/protocol-server.js';
import type { BootstrapAnswer } from './bootstrap-source.js';
import { ControlPlaneBootstrapSource } from './control-plane-bootstrap-source.js';

const JWT_SECRET = 'identity-secret-of-thirty-two-bytes';
const OLD_JWT_SECRET = 'old-identity-secret-of-thirty-two-bytes';
const KEY: BootstrapKeyInput = {
  digest: 'a'.repeat(64),
  claims: { vk_id: 'vk_1', org_id: 'org_1' },
  etag: 'e1',
  config: { providers: [], budgets: [] },
};
const HEAD = { next_cursor: 'next', key_count: 1, revisions: { org_1: '7' }, providers: [], budgets: [] };

const clock = new SystemClock();
const never = new AbortController().signal;
let server: ProtocolServer;
let client: ControlPlaneClient;
let source: ControlPlaneBootstrapSource;

beforeEach(async () => {
  server = new ProtocolServer();
  await server.listen();
  client = new ControlPlaneClient({ baseUrl: server.baseUrl, secret: 's', nodeId: 'n', version: '0', clock });
  const verifier = new BundleVerifier({ current: JWT_SECRET, previous: OLD_JWT_SECRET }, clock);
  source = new ControlPlaneBootstrapSource(client, verifier);
});

afterEach(async () => {
  await client.close();
  await server.close();
});

async function page(claims: Record<string, unknown> = {}, secret = JWT_SECRET, lifeSeconds = 900): Promise<string> {
  const body = writeBootstrapBody(HEAD, [KEY]);
  const exp = Math.floor(clock.now() / 1000) + lifeSeconds;
  const token = await new SignJWT({ keys_sha256: hashBootstrapBody(body), exp, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('langwatch-control-plane')
    .setAudience('langwatch-gateway')
    .sign(new TextEncoder().encode(secret));
  return joinBootstrapPage({ token, body });
}

async function ask(text: string, headers: Record<string, string> = {}): Promise<BootstrapAnswer> {
  const bytes = headers['content-encoding'] === 'gzip' ? gzipSync(text) : text;
  server.handler = (_call, response) => void response.writeHead(200, headers).end(bytes);
  return source.fetchPage('c/1', never);
}

describe('a page of keys from a control plane', () => {
  it.each([{}, { 'content-encoding': 'gzip' }])('is read as it comes: %j', async (headers) => {
    const answer = await ask(await page(), headers);
    expect(answer).toMatchObject({ kind: 'page', page: { nextCursor: 'next', revisions: { org_1: '7' } } });
    const entries = answer.kind === 'page' ? [...answer.page.entries] : [];
    expect(entries).toMatchObject([{ digest: KEY.digest, claims: { vk_id: 'vk_1' }, etag: 'e1' }]);
    expect(server.calls[0]).toMatchObject({
      method: 'GET',
      url: '/api/internal/gateway/bootstrap?cursor=c%2F1&limit=1000',
    });
    expect(server.calls[0]?.headers['accept-encoding']).toBe('gzip');
  });

  it('is trusted under the secret that is being rotated out', async () => {
    expect(await ask(await page({}, OLD_JWT_SECRET))).toMatchObject({ kind: 'page' });
  });

  it.each([
    ['signed by somebody else', () => page({}, 'another-secret-of-thirty-two-bytes'), 'bundle_rejected'],
    ['of a token that has ended', () => page({}, JWT_SECRET, -1), 'bundle_rejected'],
    [
      'whose token is that of a key',
      () => page({ keys_sha256: undefined, vk_id: 'vk_1', org_id: 'o' }),
      'bundle_rejected',
    ],
    ['whose body was changed', async () => (await page()).replace('vk_1', 'vk_2'), 'bad_answer'],
    ['that was cut', async () => (await page()).slice(0, -20), 'bad_answer'],
    ['without a token', () => Promise.resolve('{}'), 'bad_answer'],
  ])('%s is not looked at', async (_what, make, kind) => {
    expect(await ask(await make())).toMatchObject({ kind: 'unavailable', failure: { kind } });
  });

  it.each([404, 405, 501])('does not exist where the answer is %i', async (status) => {
    server.handler = (_call, response) => void response.writeHead(status).end();
    expect(await source.fetchPage(undefined, never)).toEqual({ kind: 'not_supported' });
  });

  it('is unavailable while the control plane is, and when it refuses our secret', async () => {
    server.handler = (_call, response) => void response.writeHead(503).end();
    expect(await source.fetchPage(undefined, never)).toMatchObject({ failure: { kind: 'server_error' } });
    const refusal = JSON.stringify({ error: { type: 'permission_denied' } });
    server.handler = (_call, response) => void response.writeHead(401).end(refusal);
    expect(await source.fetchPage(undefined, never)).toMatchObject({ failure: { kind: 'secret_refused' } });
    await client.close();
    expect(await source.fetchPage(undefined, never)).toMatchObject({ failure: { kind: 'transport' } });
  });
});
