import { SystemClock } from '#kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from '../support/error-body.js';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { Stack } from '../support/stack.js';
import { until } from '../support/until.js';

const clock = new SystemClock();

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

const send = (key: string, model = 'fake/plain'): Promise<RawAnswer> =>
  rawRequest(stack.chatUrl, { headers: stack.headers(key), body: JSON.stringify({ model, messages: [] }) });

const refusalOf = (key: string): Promise<RawAnswer> =>
  until('the key is refused', async () => {
    const answer = await send(key);
    return answer.status !== 200 && answer;
  });

describe('403', () => {
  it.each([
    ['disabled', 'disable', 'virtual_key_disabled'],
    ['revoked', 'revoke', 'virtual_key_revoked'],
  ])('refuses a key that was %s, whether it was in use or never seen', async (_, act, code) => {
    const [warm, cold] = [await stack.addKey(), await stack.addKey()];
    expect((await send(warm.secret)).status).toBe(200);
    for (const { id } of [warm, cold]) await stack.management.call('POST', `/virtual-keys/${id}/${act}`, {});

    for (const { secret } of [cold, warm]) {
      const answer = await refusalOf(secret);
      expect(answer.status).toBe(403);
      expect(errorOf(answer)).toMatchObject({ code, fault: 'customer' });
      expect(answer.headers['connection']).toBe('close');
    }
  });

  it('lets a key in again that was enabled again', async () => {
    const key = await stack.addKey();
    await stack.management.call('POST', `/virtual-keys/${key.id}/disable`, {});
    expect((await refusalOf(key.secret)).status).toBe(403);
    await stack.management.call('POST', `/virtual-keys/${key.id}/enable`, {});

    await until('the key is served again', async () => (await send(key.secret)).status === 200);
  });

  it('refuses a key from its expiry on, also one that is in use', async () => {
    // On a whole second, since that is how finely a token can say it.
    const expiresAtMs = Math.ceil((clock.now() + 1_000) / 1_000) * 1_000;
    const key = await stack.addKey({ expires_at: new Date(expiresAtMs).toISOString() });
    expect((await send(key.secret)).status).toBe(200);

    const answer = await refusalOf(key.secret);
    expect(clock.now()).toBeGreaterThanOrEqual(expiresAtMs);
    expect(answer.status).toBe(403);
    expect(errorOf(answer).code).toBe('virtual_key_expired');
  });

  it('serves both secrets of a rotated key, and neither once it is revoked', async () => {
    const key = await stack.addKey();
    const rotated = await stack.management.call('POST', `/virtual-keys/${key.id}/rotate`);
    const secret = String((rotated as { secret: unknown }).secret);
    expect(secret).not.toBe(key.secret);
    expect((await send(secret)).status).toBe(200);
    expect((await send(key.secret)).status).toBe(200);

    await stack.management.call('POST', `/virtual-keys/${key.id}/revoke`, {});
    expect(errorOf(await refusalOf(secret)).code).toBe('virtual_key_revoked');
    expect([401, 403]).toContain((await refusalOf(key.secret)).status);
  });

  it('refuses a model that the key may not use, also by an alias or a prefix', async () => {
    const config = { modelsAllowed: ['fake/plain', 'gpt-5*'], modelAliases: { sneaky: 'fake/echo' } };
    const key = await stack.addKey({ config });

    expect((await send(key.secret, 'fake/plain')).status).toBe(200);
    expect((await send(key.secret, 'gpt-5-mini')).status).toBe(200);
    for (const model of ['fake/echo', 'sneaky', 'custom/fake/echo', 'primary/fake/echo', 'gpt-4o']) {
      const answer = await send(key.secret, model);
      expect(answer.status).toBe(403);
      expect(errorOf(answer).code).toBe('model_not_allowed');
    }
    expect(await stack.upstream.requests()).toHaveLength(2);
  });

  it('records a refused model as a request that failed and cost nothing', async () => {
    const key = await stack.addKey({ config: { modelsAllowed: ['fake/plain'] } });
    const answer = await send(key.secret, 'fake/echo');

    const requestId = String(answer.headers['x-langwatch-gateway-request-id']);
    expect(await stack.settledLine({ requestId })).toMatchObject({
      outcome: 'failed',
      error_type: 'model_not_allowed',
      http_status: 403,
      cost_nano_usd: 0n,
    });
  });
});
