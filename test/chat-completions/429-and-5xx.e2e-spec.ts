import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from '../support/error-body.js';
import { findServerPort } from '../support/free-port.js';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { PRIMARY_PRICE, Stack } from '../support/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

const bodyFor = (model: string): string => JSON.stringify({ model, messages: [] });

const send = (model: string, key?: string): Promise<RawAnswer> =>
  rawRequest(stack.chatUrl, { headers: stack.headers(key), body: bodyFor(model) });

const requestIdOf = (answer: RawAnswer): string => String(answer.headers['x-langwatch-gateway-request-id']);

describe('what the provider refuses', () => {
  it.each([
    [401, 'bad_request'],
    [429, 'rate_limited'],
    [500, 'provider_error'],
    [503, 'provider_error'],
    [529, 'provider_error'],
  ])('with %i is forwarded with its status and its bytes, and costs nothing', async (status, errorType) => {
    const model = `fake/error-${status}`;
    const direct = await rawRequest(`${stack.upstream.url}/v1/chat/completions`, { body: bodyFor(model) });
    const answer = await send(model);

    expect(answer.status).toBe(status);
    expect(answer.body.equals(direct.body)).toBe(true);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['retry-after']).toBe(direct.headers['retry-after']);
    expect(answer.headers['x-langwatch-provider']).toBe('custom');
    expect(answer.headers['x-langwatch-handled-error']).toBeUndefined();
    expect(await stack.settledLine({ requestId: requestIdOf(answer) })).toMatchObject({
      outcome: 'failed',
      error_type: errorType,
      http_status: status,
      input_tokens: 0n,
      cost_nano_usd: 0n,
    });
  });

  it('with 429 tells the SDK when to try again, in the provider’s own words', async () => {
    const call = stack.openai().chat.completions.create({ model: 'fake/error-429', messages: [] });

    const error: unknown = await call.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    expect((error as InstanceType<typeof OpenAI.RateLimitError>).headers.get('retry-after')).toBe('2');
  });

  it('with 500 is tried again by an SDK that retries, as requests of their own', async () => {
    // The gateway itself asks twice for each request of the SDK.
    await stack.upstream.script('error-500', 'error-500', 'error-500', 'error-500', 'plain');
    const client = stack.openai(undefined, {
      maxRetries: 2,
      defaultHeaders: { 'x-langwatch-end-user-id': 'retrying' },
    });
    const answer = await client.chat.completions.create({ model: 'fake/plain', messages: [] });

    expect(answer.choices[0]?.finish_reason).toBe('stop');
    const rows = await stack.ledgerOnce('three settled lines', (all) => {
      return all.filter((row) => row.end_user_id === 'retrying' && row.outcome !== null).length === 3;
    });
    const outcomes = rows.filter((row) => row.end_user_id === 'retrying').map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['confirmed', 'failed', 'failed']);
  });

  it('is forwarded by the last of all providers, once every one of them failed', async () => {
    const providers = [
      await stack.addProvider('first', { priority: 1 }),
      await stack.addProvider('second', { priority: 2 }),
    ];
    const key = await stack.addKey({}, providers);
    await stack.upstream.script(
      { kind: 'error', status: 501, message: 'the first is broken' },
      { kind: 'error', status: 529, message: 'the second is overloaded' },
      { kind: 'error', status: 529, message: 'the second is overloaded' },
    );
    const answer = await send('fake/plain', key.secret);

    expect(answer.status).toBe(529);
    expect(JSON.parse(answer.body.toString())).toEqual({
      error: { message: 'the second is overloaded', type: 'overloaded_error', param: null, code: null },
    });
    expect((await stack.upstream.requests()).map(({ url }) => url.split('/')[1])).toEqual([
      'first',
      'second',
      'second',
    ]);
    expect(await stack.settledLine({ requestId: requestIdOf(answer) })).toMatchObject({
      outcome: 'failed',
      http_status: 529,
      model_provider_id: providers[1],
    });
  });
});

describe('429', () => {
  it('refuses a key beyond its ceiling, says which one and when to come back, and asks no provider', async () => {
    const key = await stack.addKey({ config: { rateLimits: { rpm: 2 } } });
    for (let count = 0; count < 2; count += 1) expect((await send('fake/plain', key.secret)).status).toBe(200);

    const refused = await send('fake/plain', key.secret);
    expect(refused.status).toBe(429);
    expect(errorOf(refused)).toMatchObject({ code: 'rate_limit_exceeded', fault: 'customer', meta: { limit: 2 } });
    expect(refused.headers['x-langwatch-ratelimit-dimension']).toBe('rpm');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(await stack.upstream.requests()).toHaveLength(2);
    expect((await stack.metrics()).sum('gateway_rate_limit_denied_total', { dimension: 'rpm', vk_id: key.id })).toBe(1);
  });
});

describe('502', () => {
  it.each([
    ['closes the connection without an answer', 'fake/disconnect'],
    ['breaks off in the middle of its answer', 'fake/cut'],
    ['sends half of its answer and calls it whole', 'fake/truncated'],
  ])('is the answer when the provider %s', async (_, model) => {
    const answer = await send(model);

    expect(answer.status).toBe(502);
    expect(errorOf(answer)).toMatchObject({ code: 'provider_error', fault: 'provider' });
    expect(await stack.settledLine({ requestId: requestIdOf(answer) })).toMatchObject({
      outcome: 'failed',
      error_type: 'provider_error',
      http_status: 502,
    });
  });

  it('is the answer when nobody listens at the provider’s address, and names neither host nor port', async () => {
    const port = await findServerPort();
    const nowhere = await stack.addProvider('nowhere', {
      base_url: `http://127.0.0.1:${port}`,
      default_price: PRIMARY_PRICE,
    });
    const key = await stack.addKey({}, [nowhere]);
    const answer = await send('fake/plain', key.secret);

    expect(answer.status).toBe(502);
    expect(errorOf(answer).code).toBe('provider_error');
    expect(answer.body.toString()).not.toContain(String(port));
    expect(answer.body.toString()).not.toContain('127.0.0.1');
  });
});
