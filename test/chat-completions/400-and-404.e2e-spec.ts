import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from '../support/error-body.js';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { Stack } from '../support/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

const send = (body: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
  rawRequest(stack.chatUrl, { headers: { ...stack.headers(), ...headers }, body });

describe('400', () => {
  it.each([
    ['no JSON', 'model=fake/plain', 'bad_request', /not a JSON object/],
    ['JSON that ends early', '{"model":"fake/plain","messages":[', 'bad_request', /malformed at byte \d+/],
    ['a list', '[]', 'bad_request', /not a JSON object/],
    ['nothing', '', 'bad_request', /not a JSON object/],
    ['two models', '{"model":"fake/plain","model":"fake/echo"}', 'bad_request', /"model" appears twice/],
    ['no model', '{"messages":[]}', 'missing_model', /names no model/],
    ['an empty model', '{"model":"","messages":[]}', 'missing_model', /names no model/],
    ['a provider out of reach', '{"model":"anthropic/claude-x"}', 'model_provider_not_bound', /"anthropic"/],
    ['nesting without end', `{"model":"fake/plain","x":${'['.repeat(100_000)}`, 'bad_request', /nested deeper/],
  ])('refuses %s, says what is wrong, and asks no provider', async (_, body, code, message) => {
    const answer = await send(body);

    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code, type: code, fault: 'customer' });
    expect(errorOf(answer).message).toMatch(message);
    expect(answer.headers['x-langwatch-handled-error']).toBe(code);
    expect(await stack.upstream.requests()).toEqual([]);
  });

  it('refuses an unknown content encoding by its name', async () => {
    const answer = await send('{}', { 'content-encoding': 'snappy' });

    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 'bad_request', message: expect.stringContaining('"snappy"') });
  });

  it('refuses a body that is not what its encoding says', async () => {
    const answer = await send('{"model":"fake/plain"}', { 'content-encoding': 'gzip' });

    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 'bad_request', message: expect.stringContaining('gzip') });
  });

  it('forwards what the provider finds wrong byte for byte', async () => {
    const body = JSON.stringify({ model: 'fake/error-400', messages: [] });
    const direct = await rawRequest(`${stack.upstream.url}/v1/chat/completions`, { body });
    const answer = await send(body);

    expect(answer.status).toBe(400);
    expect(answer.body.equals(direct.body)).toBe(true);
    expect(answer.headers['x-langwatch-provider']).toBe('custom');
    expect(answer.headers['x-langwatch-handled-error']).toBeUndefined();
    const requestId = String(answer.headers['x-langwatch-gateway-request-id']);
    expect(await stack.settledLine({ requestId })).toMatchObject({
      outcome: 'failed',
      error_type: 'bad_request',
      http_status: 400,
      cost_nano_usd: 0n,
    });
  });

  it('serves the next request after any of them', async () => {
    await send('{');
    const answer = await stack.openai().chat.completions.create({ model: 'fake/plain', messages: [] });

    expect(answer.choices[0]?.finish_reason).toBe('stop');
  });
});

describe('404', () => {
  it.each(['/v1/nothing', '/', '/v1/chat/completions/extra', '/admin', '/api/gateway/v1/virtual-keys'])(
    'answers that there is no %s, in the shape that clients know',
    async (path) => {
      const answer = await rawRequest(`${stack.gateway.url}${path}`, { headers: stack.headers(), body: '{}' });

      expect(answer.status).toBe(404);
      expect(errorOf(answer)).toMatchObject({ code: 'not_found', type: 'not_found' });
    },
  );

  it('raises the SDK’s own error for a model that the provider does not know', async () => {
    const call = stack.openai().chat.completions.create({ model: 'fake/no-such-behaviour', messages: [] });

    await expect(call).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });
});
