import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SECRETS, Stack } from '../support/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

describe('a chat completion that is not streamed', () => {
  it('is answered to the official SDK, recorded once and costed by the price of its provider', async () => {
    const { data, response } = await stack
      .openai()
      .chat.completions.create({ model: 'fake/plain', messages: [{ role: 'user', content: 'Hello' }] })
      .withResponse();

    expect(data.choices[0]?.message.content).toBe('alpha bravo charlie delta echo ');
    expect(data.choices[0]?.finish_reason).toBe('stop');
    expect(data.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 5 });

    const requestId = response.headers.get('x-langwatch-gateway-request-id') ?? '';
    expect(requestId).toMatch(/^req_[0-9a-f]{30}$/);
    expect(await stack.settledLine({ requestId })).toMatchObject({
      virtual_key_id: stack.key.id,
      model_provider_id: stack.providerId,
      model_requested: 'fake/plain',
      model: 'fake/plain',
      outcome: 'confirmed',
      error_type: null,
      input_tokens: 11n,
      output_tokens: 5n,
      usage_estimated: false,
      pricing: 'default',
      // 11 tokens at a thousandth of a dollar, 5 at two.
      cost_nano_usd: 21_000_000n,
    });
  });

  it('says who answered, and bills under an id of its own while it echoes the client’s', async () => {
    const { response } = await stack
      .openai()
      .chat.completions.create(
        { model: 'fake/plain', messages: [{ role: 'user', content: 'Hello' }] },
        { headers: { 'x-request-id': 'mine-1' } },
      )
      .withResponse();

    const { headers } = response;
    expect(headers.get('x-request-id')).toBe('mine-1');
    expect(headers.get('x-langwatch-gateway-request-id')).toMatch(/^req_[0-9a-f]{30}$/);
    expect(headers.get('x-langwatch-gateway-version')).toMatch(/^\d+\.\d+\.\d+/);
    expect(headers.get('x-langwatch-provider')).toBe('custom');
    expect(headers.get('x-langwatch-model')).toBe('fake/plain');
    expect(headers.get('x-langwatch-fallback-count')).toBe('0');
    expect(headers.get('x-langwatch-budget-warning')).toBeNull();
  });

  it('reaches the provider with the provider’s credential and nothing of the virtual key', async () => {
    await stack
      .openai()
      .chat.completions.create({ model: 'fake/plain', messages: [{ role: 'user', content: 'Hello' }] });

    const seen = await stack.upstream.onlyRequest();
    expect(seen.url).toBe('/primary/v1/chat/completions');
    expect(seen.headers['authorization']).toBe(`Bearer ${SECRETS.providerKey}`);
    expect(JSON.stringify(seen.rawHeaders)).not.toContain(stack.key.secret);
  });

  it('carries tool definitions up and tool calls down', async () => {
    const tools = [
      {
        type: 'function' as const,
        function: {
          name: 'get_weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } } },
        },
      },
    ];
    const answer = await stack.openai().chat.completions.create({
      model: 'fake/tool-call',
      messages: [{ role: 'user', content: 'Weather?' }],
      tools,
    });

    const [choice] = answer.choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.tool_calls).toEqual([
      {
        id: 'call_fake_1',
        type: 'function',
        function: { name: 'get_weather', arguments: '{"city":"Zürich","unit":"celsius"}' },
      },
    ]);
    expect(JSON.parse((await stack.upstream.onlyRequest()).body.toString())).toMatchObject({ tools });
  });

  it('is never free by silence: without the provider’s figures, usage is estimated and marked so', async () => {
    const { response } = await stack
      .openai()
      .chat.completions.create({ model: 'fake/no-usage', messages: [{ role: 'user', content: 'Hello' }] })
      .withResponse();

    const requestId = response.headers.get('x-langwatch-gateway-request-id') ?? '';
    const line = await stack.settledLine({ requestId });
    expect(line).toMatchObject({ outcome: 'confirmed', usage_estimated: true });
    expect(line.input_tokens).toBeGreaterThan(0n);
    expect(line.cost_nano_usd).toBeGreaterThan(0n);
  });

  it('takes a body of 8 MiB and passes it on byte for byte', async () => {
    const content = 'ä€😀 x'.repeat(Math.ceil((8 * 1024 * 1024) / 11));
    const messages = [{ role: 'user' as const, content }];
    const answer = await stack.openai().chat.completions.create({ model: 'fake/plain', messages });

    expect(answer.choices[0]?.finish_reason).toBe('stop');
    const { body } = await stack.upstream.onlyRequest();
    expect(body.length).toBeGreaterThan(8 * 1024 * 1024);
    expect(body.equals(Buffer.from(JSON.stringify({ model: 'fake/plain', messages })))).toBe(true);
  });
});
