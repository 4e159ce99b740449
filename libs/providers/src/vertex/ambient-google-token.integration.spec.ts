import { VirtualClock } from '#kernel';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createAmbientGoogleToken } from './ambient-google-token.js';

let metadata: Server;
const asked: string[] = [];

/** A machine of Google Cloud, as far as Google's own library can tell: it has a metadata server. */
beforeAll(async () => {
  metadata = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('metadata-flavor', 'Google');
    response.setHeader('content-type', 'application/json');
    if (request.url?.includes('/service-accounts/default/token')) {
      response.end(JSON.stringify({ access_token: 'ya29.machine', expires_in: 3600, token_type: 'Bearer' }));
    } else if (request.url?.includes('universe')) {
      response.end('googleapis.com');
    } else {
      response.end('{}');
    }
  }).listen(0, '127.0.0.1');
  await once(metadata, 'listening');
  const address = metadata.address();
  vi.stubEnv('GCE_METADATA_HOST', `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '');
  vi.stubEnv('HOME', '/nonexistent');
});

afterAll(async () => {
  vi.unstubAllEnvs();
  metadata.closeAllConnections();
  metadata.close();
  await once(metadata, 'close');
});

it('speaks as whoever this machine is, and finds that out once', async () => {
  const ambientToken = createAmbientGoogleToken(new VirtualClock());
  const startedAtMs = Date.now();
  const token = await ambientToken();
  expect(token).toEqual({ token: 'ya29.machine', expiresAtMs: expect.any(Number) });
  expect(token.expiresAtMs).toBeGreaterThan(startedAtMs + 3_500_000);
  const questions = asked.length;
  expect(await ambientToken()).toEqual(token);
  expect(asked).toHaveLength(questions);
});
