import { ControlPlaneClient } from '#gateway-protocol';
import { SystemClock } from '#kernel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ControlPlaneSpendShipper } from './control-plane-spend-shipper.js';
import type { ShipAnswer } from './spend-shipper.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const never = new AbortController().signal;

/** Ships two records to a control plane that answers with `status` and `body`. */
async function answerTo(status: number, body: string): Promise<{ answer: ShipAnswer; sent: unknown }> {
  let sent: unknown;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      sent = [request.method, request.url, JSON.parse(Buffer.concat(chunks).toString())];
      response.writeHead(status).end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const shipper = shipperTo(port);
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { answer: await shipper.ship(['{"a":1}', '{"b":2}'], never), sent };
}

function shipperTo(port: number): ControlPlaneSpendShipper {
  const identity = { secret: 'a-secret', nodeId: 'gw-a', version: '0.0.0', clock: new SystemClock() };
  const client = new ControlPlaneClient({ ...identity, baseUrl: `http://127.0.0.1:${port}` });
  cleanups.push(() => client.close());
  return new ControlPlaneSpendShipper(client);
}

describe('shipping to a control plane', () => {
  it('sends the records as one batch, untouched, and reads who was rejected', async () => {
    const body = '{"accepted":1,"rejected":[{"index":1,"code":"invalid_payload"}]}';
    const { answer, sent } = await answerTo(200, body);
    expect(sent).toEqual(['POST', '/api/internal/gateway/spend-commands', { records: [{ a: 1 }, { b: 2 }] }]);
    expect(answer).toEqual({ kind: 'accepted', rejected: [{ index: 1, code: 'invalid_payload' }] });
  });

  it.each([
    [400, '{"error":{"type":"bad_request","code":"invalid_batch"}}', 'invalid_batch'],
    [413, 'too large', 'http_413'],
    [422, '', 'http_422'],
  ])('takes a %i for a verdict on the batch itself', async (status, body, code) => {
    expect((await answerTo(status, body)).answer).toEqual({ kind: 'refused', code });
  });

  it.each([401, 403, 404, 408, 429, 500, 503, 302])('never condemns records for a %i', async (status) => {
    expect((await answerTo(status, '')).answer).toEqual({ kind: 'unavailable', reason: `http_${status}` });
  });

  it.each(['', '<html>welcome</html>', '{}', '{"accepted":-1,"rejected":[]}'])(
    'does not take a 200 with %j for a receipt',
    async (body) => {
      expect((await answerTo(200, body)).answer).toEqual({ kind: 'unavailable', reason: 'unreadable_answer' });
    },
  );

  it('is unavailable when nobody answers or when it is cut', async () => {
    expect(await shipperTo(9).ship(['{}'], never)).toEqual({ kind: 'unavailable', reason: 'network' });
    expect(await shipperTo(9).ship(['{}'], AbortSignal.abort())).toEqual({ kind: 'unavailable', reason: 'aborted' });
  });
});
