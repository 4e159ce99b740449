import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from '../support/error-body.js';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { PRIMARY_PRICE, Stack } from '../support/stack.js';
import { until } from '../support/until.js';

const CIRCUIT_THRESHOLD = 3;
const CIRCUIT_COOLDOWN_SECONDS = 1;

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start({
    gateway: {
      LW_GATEWAY_CIRCUIT_THRESHOLD: String(CIRCUIT_THRESHOLD),
      LW_GATEWAY_CIRCUIT_COOLDOWN_S: String(CIRCUIT_COOLDOWN_SECONDS),
    },
  });
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

let pairs = 0;

/** Two providers of a test's own, so that no circuit breaker remembers another test, and a key that uses both. */
async function twoProviders(keyBody: { config?: object } & Record<string, unknown> = {}): Promise<{
  first: string;
  second: string;
  key: string;
  /** Names of the providers that were asked, in order. */
  asked(): Promise<readonly string[]>;
}> {
  pairs += 1;
  const price = { default_price: PRIMARY_PRICE };
  const first = await stack.addProvider(`first-${pairs}`, { priority: 1, ...price });
  const second = await stack.addProvider(`second-${pairs}`, { priority: 2, ...price });
  const { secret } = await stack.addKey(keyBody, [first, second]);
  const asked = async (): Promise<readonly string[]> =>
    (await stack.upstream.requests()).map(({ url }) => (url.split('/')[1] ?? '').replace(/-\d+$/, ''));
  return { first, second, key: secret, asked };
}

const send = (key: string, body: object = {}): Promise<RawAnswer> =>
  rawRequest(stack.chatUrl, {
    headers: stack.headers(key),
    body: JSON.stringify({ model: 'fake/plain', messages: [], ...body }),
  });

const requestIdOf = (answer: RawAnswer): string => String(answer.headers['x-langwatch-gateway-request-id']);

describe('the second provider', () => {
  it('answers when the first fails, and the request is recorded once, at its price', async () => {
    const { first, second, key, asked } = await twoProviders();
    await stack.upstream.script('error-500', 'error-500', 'plain');
    const answer = await send(key);

    expect(answer.status).toBe(200);
    expect(answer.headers['x-langwatch-fallback-count']).toBe('1');
    expect(answer.headers['x-langwatch-attempts']).toMatch(
      /^custom;server_error;\d+, custom;server_error;\d+, custom;success$/,
    );
    expect(await asked()).toEqual(['first', 'first', 'second']);
    expect(await stack.settledLine({ requestId: requestIdOf(answer) })).toMatchObject({
      outcome: 'confirmed',
      model_provider_id: second,
      cost_nano_usd: 21_000_000n,
    });
    const metrics = await stack.metrics();
    const attempts = 'gateway_provider_attempts_total';
    expect(metrics.sum(attempts, { credential_id: first })).toBe(2);
    expect(metrics.sum(attempts, { credential_id: second, outcome: 'fallback_success' })).toBe(1);
    expect(metrics.sum('gateway_fallback_events_total', { from_credential: first, to_credential: second })).toBe(1);
  });

  it.each(['error-429', 'error-503', 'error-529', 'disconnect'])(
    'answers when the first one does this and does it again: %s',
    async (behaviour) => {
      const { key, asked } = await twoProviders();
      await stack.upstream.script(behaviour, behaviour, 'plain');
      const answer = await send(key);

      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body.toString())).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
      expect(await asked()).toEqual(['first', 'first', 'second']);
    },
  );

  it.each(['error-429', 'error-500', 'disconnect'])(
    'is not needed when the first one does this only once: %s',
    async (behaviour) => {
      const { key, asked } = await twoProviders();
      await stack.upstream.script(behaviour, 'plain');

      expect((await send(key)).headers['x-langwatch-fallback-count']).toBe('0');
      expect(await asked()).toEqual(['first', 'first']);
    },
  );

  it.each(['truncated', 'cut'])('answers at once when the first one does this: %s', async (behaviour) => {
    const { key, asked } = await twoProviders();
    await stack.upstream.script(behaviour, 'plain');
    const answer = await send(key);

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    expect(await asked()).toEqual(['first', 'second']);
  });

  it('streams when the first one fails before its first event', async () => {
    const { key } = await twoProviders();
    await stack.upstream.script('error-503', 'error-503', 'stream?chunks=2');
    const answer = await send(key, { stream: true });

    expect(answer.status).toBe(200);
    expect(answer.headers['x-langwatch-fallback-count']).toBe('1');
    expect(answer.body.toString()).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('is never asked after the first byte of an answer went out', async () => {
    const { key, asked } = await twoProviders();
    await stack.upstream.script('cut', 'plain');
    const answer = await send(key, { stream: true });

    expect(answer.status).toBe(200);
    expect(answer.body.toString()).not.toContain('[DONE]');
    expect(await asked()).toEqual(['first']);
  });

  it('is not asked about a request that is wrong by itself', async () => {
    const { key, asked } = await twoProviders();
    await stack.upstream.script('error-400');

    expect((await send(key)).status).toBe(400);
    expect(await asked()).toEqual(['first']);
  });

  it('is not asked for a key without fallback', async () => {
    const { key, asked } = await twoProviders({ routing_mode: 'none' });
    await stack.upstream.script('error-500');

    expect((await send(key)).status).toBe(500);
    expect(await asked()).toEqual(['first']);
  });

  it('is not asked beyond the attempts that the key allows', async () => {
    const { key, asked } = await twoProviders({ config: { fallback: { maxAttempts: 1 } } });
    await stack.upstream.script('error-500');

    expect((await send(key)).status).toBe(500);
    expect(await asked()).toEqual(['first']);
  });
});

describe('a provider that keeps failing', () => {
  it('is left alone for a while, and asked again after it', async () => {
    const { first, key, asked } = await twoProviders();
    for (let count = 0; count < CIRCUIT_THRESHOLD; count += 1) {
      await stack.upstream.script('truncated', 'plain');
      await send(key);
    }
    await stack.upstream.reset();
    expect((await send(key)).headers['x-langwatch-fallback-count']).toBe('1');
    expect(await asked()).toEqual(['second']);
    expect((await stack.metrics()).sum('gateway_circuit_state', { credential_id: first })).toBe(1);

    await until('the first one serves again', async () => {
      return (await send(key)).headers['x-langwatch-fallback-count'] === '0';
    });
    expect((await stack.metrics()).sum('gateway_circuit_state', { credential_id: first })).toBe(0);
  });

  it('and is the only one, is 503 with Retry-After, and nothing is sent to it', async () => {
    const { first } = await twoProviders();
    const { secret } = await stack.addKey({}, [first]);
    // Each request asks twice, until the circuit is open.
    for (let count = 0; count < CIRCUIT_THRESHOLD; count += 2) {
      await stack.upstream.script('error-500', 'error-500');
      expect((await send(secret)).status).toBe(500);
    }
    await stack.upstream.reset();
    const answer = await send(secret);

    expect(answer.status).toBe(503);
    expect(errorOf(answer)).toMatchObject({ code: 'circuit_open', fault: 'provider' });
    expect(answer.headers['retry-after']).toBe(String(CIRCUIT_COOLDOWN_SECONDS));
    expect(await stack.upstream.requests()).toEqual([]);
  });
});
