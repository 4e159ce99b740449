import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawConnection } from '../support/raw-connection.js';
import { rawRequest } from '../support/raw-http.js';
import { Stack } from '../support/stack.js';
import { elapsedMs, until } from '../support/until.js';

const STREAMS = 200;
const DRAIN_DELAY_SECONDS = 3;
const PLAIN = { model: 'fake/plain', messages: [] };

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start({ gateway: { SERVER_DRAIN_DELAY_SECONDS: String(DRAIN_DELAY_SECONDS) } });
});
afterAll(() => stack?.dispose());

type Chunks = AsyncIterator<OpenAI.ChatCompletionChunk>;

/** Opens a stream that has said its first word and now waits. */
async function openStream(): Promise<{ requestId: string; chunks: Chunks }> {
  const { data, response } = await stack
    .openai()
    .chat.completions.create({ model: 'fake/hang-after-first-chunk', messages: [], stream: true })
    .withResponse();
  const chunks = data[Symbol.asyncIterator]();
  await chunks.next();
  expect((await chunks.next()).value?.choices[0]?.delta.content).toBe('alpha ');
  return { requestId: response.headers.get('x-langwatch-gateway-request-id') ?? '', chunks };
}

async function readRest(chunks: Chunks): Promise<string> {
  let text = '';
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    text += next.value.choices[0]?.delta.content ?? `[${next.value.choices[0]?.finish_reason}]`;
  }
  return text;
}

const readiness = async (): Promise<{ status: number; body: string }> => {
  const { status, body } = await rawRequest(`${stack.gateway.url}/readyz`);
  return { status, body: body.toString() };
};

describe('SIGTERM while streams are open', () => {
  it('turns readiness off at once, serves on, then closes the door, lets all streams finish and loses no record', async () => {
    const streams = await Promise.all(Array.from({ length: STREAMS }, openStream));
    expect(new Set(streams.map(({ requestId }) => requestId)).size).toBe(STREAMS);

    stack.gateway.signal('SIGTERM');
    const noticedMs = await elapsedMs(() => until('readiness is off', async () => (await readiness()).status === 503));
    expect(noticedMs).toBeLessThan(DRAIN_DELAY_SECONDS * 1000);
    expect(JSON.parse((await readiness()).body)).toMatchObject({ status: 'draining' });
    expect((await rawRequest(`${stack.gateway.url}/healthz`)).status).toBe(200);
    // Load balancers have not noticed yet, so what they still send is served, on connections that then end.
    const late = await rawRequest(stack.chatUrl, { headers: stack.headers(), body: JSON.stringify(PLAIN) });
    expect(late.status).toBe(200);
    expect(late.headers['connection']).toBe('close');

    await until('new connections are refused', () =>
      RawConnection.open(stack.gateway.url).then(
        (connection) => {
          connection.destroy();
          return false;
        },
        (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
      ),
    );
    await stack.upstream.release();
    const texts = await Promise.all(streams.map(({ chunks }) => readRest(chunks)));
    expect(new Set(texts)).toEqual(new Set(['bravo charlie delta echo [stop]']));
    expect(await stack.gateway.exited).toEqual({ code: 0, signal: null });

    // The process is gone, so whatever it had to say has been said.
    const ledger = await stack.ledger();
    const lines = new Map(ledger.map((row) => [row.gateway_request_id, row]));
    expect(lines.size).toBe(STREAMS + 1);
    for (const { requestId } of streams) {
      expect(lines.get(requestId)).toMatchObject({ outcome: 'confirmed', input_tokens: 11n, output_tokens: 5n });
    }
    const cost = ledger.reduce((sum, row) => sum + (row.cost_nano_usd ?? 0n), 0n);
    expect(cost).toBe(BigInt(STREAMS + 1) * 21_000_000n);
  });

  it('cuts what is still open when the grace is over, and still settles what it used', async () => {
    await stack.gateway.start({ SERVER_DRAIN_DELAY_SECONDS: '0', SERVER_GRACEFUL_SECONDS: '1' });
    const { requestId, chunks } = await openStream();
    const cut = expect(readRest(chunks)).rejects.toThrow();

    expect(await stack.gateway.stop()).toEqual({ code: 0, signal: null });
    await cut;
    const line = (await stack.ledger()).find((row) => row.gateway_request_id === requestId);
    expect(line).toMatchObject({ outcome: 'failed', error_type: 'client_gone', usage_estimated: true });
    expect(line?.cost_nano_usd).toBeGreaterThan(0n);
  });
});
