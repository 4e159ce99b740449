import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SIGNATURE_HEADERS, verifyRequest } from '#gateway-protocol';
import { SystemClock } from '#kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RotatingControlPlaneClient } from './rotating-control-plane-client.js';

const OLD = 'old-internal-secret-of-thirty-two-bytes';
const NEW = 'new-internal-secret-of-thirty-two-bytes';
const clock = new SystemClock();

describe('a client whose shared secret is rotated', () => {
  let server: Server;
  let accepted: readonly string[] = [NEW];
  let calls = 0;

  beforeEach(async () => {
    calls = 0;
    server = createServer((request, response) => {
      calls += 1;
      const refusal = verifyRequest(
        {
          method: request.method ?? '',
          path: request.url ?? '',
          body: '',
          signature: String(request.headers[SIGNATURE_HEADERS.signature.toLowerCase()]),
          timestamp: String(request.headers[SIGNATURE_HEADERS.timestamp.toLowerCase()]),
        },
        accepted,
        Math.floor(clock.now() / 1000),
      );
      const body = JSON.stringify({ error: { type: 'permission_denied', code: 'bad_signature' } });
      response.writeHead(refusal === undefined ? 200 : 401).end(refusal === undefined ? '{}' : body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function client(secret: string, previousSecret?: string): RotatingControlPlaneClient {
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new RotatingControlPlaneClient({ baseUrl, secret, previousSecret, nodeId: 'n', version: '0.0.0', clock });
  }

  it('is accepted by a control plane that knows only the previous secret, and later only the new one', async () => {
    const rotating = client(NEW, OLD);
    accepted = [OLD];
    const statusOf = async (): Promise<number> => (await rotating.request({ method: 'GET', path: '/health' })).status;
    expect([await statusOf(), calls]).toEqual([200, 2]);
    // What was accepted is tried first.
    expect([await statusOf(), calls]).toEqual([200, 3]);
    accepted = [NEW];
    expect([await statusOf(), calls]).toEqual([200, 5]);
    expect([await statusOf(), calls]).toEqual([200, 6]);
    await rotating.close();
  });

  it('reports the refusal when neither is accepted, and asks once when there is only one', async () => {
    accepted = ['another-internal-secret-of-thirty-two'];
    const rotating = client(NEW, OLD);
    expect(await rotating.request({ method: 'GET', path: '/health' })).toMatchObject({ status: 401 });
    expect(calls).toBe(2);
    const plain = client(NEW);
    expect(await plain.request({ method: 'GET', path: '/health' })).toMatchObject({ status: 401 });
    expect(calls).toBe(3);
    await Promise.all([rotating.close(), plain.close()]);
  });
});
