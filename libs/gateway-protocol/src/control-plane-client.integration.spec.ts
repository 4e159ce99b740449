import { SystemClock, VirtualClock } from '#kernel';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ControlPlaneClient,
  ControlPlaneUnavailableError,
  type ControlPlaneClientOptions,
} from './control-plane-client.js';
import { verifyRequest } from './signature.js';

const SECRET = 'shared-test-secret-32byteslong!!';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Answer = (request: Received, response: ServerResponse) => void;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(answer: Answer): Promise<{ server: Server; origin: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
      received.push(seen);
      answer(seen, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, origin: `http://127.0.0.1:${address.port}`, received };
}

function connect(baseUrl: string, options: Partial<ControlPlaneClientOptions> = {}): ControlPlaneClient {
  const defaults = { secret: SECRET, nodeId: 'gw-a', version: '1.2.3', clock: new SystemClock() };
  const client = new ControlPlaneClient({ ...defaults, baseUrl, ...options });
  closers.push(() => client.close());
  return client;
}

async function failureOf(answer: Promise<unknown>): Promise<ControlPlaneUnavailableError> {
  const failure: unknown = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof ControlPlaneUnavailableError)) throw new Error('the call did not fail as unavailable');
  return failure;
}

describe('a call to the control plane', () => {
  it('is signed so that the verifier accepts exactly what was sent, prefix included and query left out', async () => {
    const { origin, received } = await serve((_, response) => response.writeHead(200, { etag: '"7"' }).end('{"ok":1}'));
    const clock = new VirtualClock(1_734_567_890_500);
    const client = connect(`${origin}/edge/`, { clock });
    const answer = await client.request({
      method: 'POST',
      path: `/config/${encodeURIComponent('vk é/1')}`,
      query: { since: '5', skipped: undefined, project: 'a b' },
      body: '{"é":1}',
    });
    expect(answer).toMatchObject({ status: 200, body: '{"ok":1}', headers: { etag: '"7"' } });
    const [request] = received;
    expect(request?.url).toBe('/edge/api/internal/gateway/config/vk%20%C3%A9%2F1?since=5&project=a+b');
    expect(request?.headers).toMatchObject({
      'user-agent': 'langwatch-aigateway/1.2.3',
      'content-type': 'application/json',
      'x-langwatch-gateway-node': 'gw-a',
      'x-langwatch-gateway-timestamp': '1734567890',
    });
    const signed = {
      method: 'POST',
      path: new URL(request?.url ?? '', origin).pathname,
      body: request?.body ?? '',
      signature: String(request?.headers['x-langwatch-gateway-signature']),
      timestamp: '1734567890',
    };
    expect(verifyRequest(signed, [SECRET], 1_734_567_890)).toBeUndefined();
    expect(clock.sleeping, 'a finished call leaves no timer').toBe(0);
  });

  it('sends no body and no content type when there is none, and cannot have its signature replaced', async () => {
    const { origin, received } = await serve((_, response) => response.end());
    const headers = { traceparent: '00-a-b-01', 'x-langwatch-gateway-signature': 'forged' };
    await connect(origin).request({ method: 'GET', path: '/health', headers });
    expect(received[0]?.headers).toMatchObject({ traceparent: '00-a-b-01' });
    expect(received[0]?.headers['content-type']).toBeUndefined();
    expect(received[0]?.headers['x-langwatch-gateway-signature']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('inflates an answer that was asked for compressed, and bounds what it inflates to', async () => {
    const text = 'é'.repeat(1_000);
    const { origin } = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text)),
    );
    const call = { method: 'GET', path: '/bootstrap', headers: { 'accept-encoding': 'gzip' } } as const;
    expect((await connect(origin).request(call)).body).toBe(text);
    const failure = await failureOf(connect(origin, { responseBodyBytesMax: 1_999 }).request(call));
    expect(failure.kind).toBe('response_too_large');
  });

  it('takes a damaged compressed answer for none', async () => {
    const { origin } = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('whole').subarray(0, 12)),
    );
    expect((await failureOf(connect(origin).request({ method: 'GET', path: '/bootstrap' }))).kind).toBe('network');
  });

  it('hands every status to the caller and follows no redirect', async () => {
    for (const status of [204, 302, 304, 401, 503]) {
      const { origin, received } = await serve((_, response) => response.writeHead(status, { location: '/x' }).end());
      expect((await connect(origin).request({ method: 'GET', path: '/changes' })).status).toBe(status);
      expect(received).toHaveLength(1);
    }
  });

  it('reuses connections from call to call', async () => {
    const { server, origin } = await serve((_, response) => response.end('x'));
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const client = connect(origin);
    for (let call = 0; call < 30; call += 1) await client.request({ method: 'GET', path: '/health' });
    // A connection is free again a moment after the answer was read, so the next call may open a second one.
    expect(connections).toBeLessThanOrEqual(2);
  });

  it('refuses a path that would leave the protocol prefix', async () => {
    const client = connect('http://127.0.0.1:9');
    await expect(client.request({ method: 'GET', path: '/../../elsewhere' })).rejects.toThrow(/below the protocol/);
    await expect(client.request({ method: 'GET', path: '/config/x?admin=1' })).rejects.toThrow(/no query/);
  });
});

describe('a call that gets no answer', () => {
  it('fails as a timeout when the limit of the call passes, before or after the headers', async () => {
    for (const misbehave of [
      () => undefined,
      (_: Received, response: ServerResponse) => response.writeHead(200).write('{'),
    ]) {
      const arrived = Promise.withResolvers<void>();
      const { origin } = await serve((request, response) => {
        misbehave(request, response);
        arrived.resolve();
      });
      const clock = new VirtualClock();
      const failure = failureOf(connect(origin, { clock }).request({ method: 'GET', path: '/health', timeoutMs: 300 }));
      await arrived.promise;
      await clock.advance(300);
      expect((await failure).kind).toBe('timeout');
      expect(clock.sleeping).toBe(0);
    }
  });

  it('fails as network when the connection is refused, reset or the body is cut, and the message holds no secret', async () => {
    const cutBody: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"half":', () => response.destroy());
    };
    const { origin: cut } = await serve(cutBody);
    const { origin: reset } = await serve((_, response) => response.destroy());
    for (const origin of ['http://127.0.0.1:9', cut, reset]) {
      const failure = await failureOf(
        connect(origin).request({ method: 'POST', path: '/resolve-key', body: 'vk-lw-secret' }),
      );
      expect(failure.kind).toBe('network');
      expect(failure.cause).toBeInstanceOf(Error);
      expect(`${failure.message} ${failure.stack}`).not.toMatch(/vk-lw-secret|shared-test-secret/);
    }
  });

  it('fails as response_too_large when the answer passes its bound', async () => {
    const { origin } = await serve((_, response) => response.end('x'.repeat(2_000)));
    const client = connect(origin, { responseBodyBytesMax: 1_000 });
    expect((await failureOf(client.request({ method: 'GET', path: '/health' }))).kind).toBe('response_too_large');
  });

  it("rejects with the caller's own reason as soon as its signal aborts", async () => {
    const arrived = Promise.withResolvers<void>();
    const { origin } = await serve(() => arrived.resolve());
    const abort = new AbortController();
    const clock = new VirtualClock();
    const client = connect(origin, { clock });
    const answer = client.request({ method: 'GET', path: '/changes', signal: abort.signal });
    await arrived.promise;
    const reason = new Error('stopping');
    abort.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await expect(client.request({ method: 'GET', path: '/changes', signal: abort.signal })).rejects.toBe(reason);
    expect(clock.sleeping).toBe(0);
  });

  it('fails at once after close, also when it is in flight', async () => {
    const arrived = Promise.withResolvers<void>();
    const { origin } = await serve(() => arrived.resolve());
    const client = connect(origin);
    const inFlight = failureOf(client.request({ method: 'GET', path: '/changes' }));
    await arrived.promise;
    await client.close();
    expect((await inFlight).kind).toBe('network');
    expect((await failureOf(client.request({ method: 'GET', path: '/health' }))).kind).toBe('network');
  });
});
