import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import OpenAI from 'openai';
import { SystemClock } from '#kernel';
import { DemoProvider } from './demo-provider.js';

let provider: DemoProvider;
let client: OpenAI;
const question = { model: 'demo-1', messages: [{ role: 'user' as const, content: 'What is a gateway?' }] };

beforeAll(async () => {
  const listening = await DemoProvider.listen(0, new SystemClock());
  provider = listening.provider;
  client = new OpenAI({ baseURL: listening.baseUrl, apiKey: 'unused', maxRetries: 0 });
});

afterAll(() => provider.close());

describe('the demo provider', () => {
  it('gives the same answer to the same question, with its usage', async () => {
    const [first, second] = await Promise.all([
      client.chat.completions.create(question),
      client.chat.completions.create(question),
    ]);
    expect(first.choices).toEqual(second.choices);
    expect(first.choices[0]?.message.content).toContain('You said: "What is a gateway?"');
    const completionTokens = first.choices[0]?.message.content?.split(' ').length;
    expect(first.usage).toMatchObject({ prompt_tokens: 4, completion_tokens: completionTokens });
  });

  it('streams the very words that it answers at once, and usage last when asked', async () => {
    const whole = await client.chat.completions.create(question);
    const stream = await client.chat.completions.create({
      ...question,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      whole.choices[0]?.message.content,
    );
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
  });

  it('ends a stream with [DONE] and no usage unless asked', async () => {
    const response = await fetch(`${client.baseURL}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ ...question, stream: true }),
    });
    const text = await response.text();
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(text).not.toContain('usage');
  });

  it('stops at the limit and says so', async () => {
    const answer = await client.chat.completions.create({ ...question, max_tokens: 3 });
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'This is the ' } });
    expect(answer.usage?.completion_tokens).toBe(3);
  });

  it('calls a tool that the request forces, with arguments that fit its schema', async () => {
    const parameters = {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['C', 'F'] }, note: { type: 'string' } },
      required: ['city', 'unit'],
    };
    const answer = await client.chat.completions.create({
      ...question,
      tools: [{ type: 'function', function: { name: 'weather', parameters } }],
      tool_choice: { type: 'function', function: { name: 'weather' } },
    });
    const call = answer.choices[0]?.message.tool_calls?.[0];
    expect(answer.choices[0]?.finish_reason).toBe('tool_calls');
    expect(call).toMatchObject({ function: { name: 'weather' } });
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({
      city: 'What is a gateway?',
      unit: 'C',
    });
  });

  it('lists its model', async () => {
    const { data } = await client.models.list();
    expect(data.map(({ id }) => id)).toEqual(['demo-1']);
  });

  it.each([
    ['no JSON', '{', 400],
    ['no messages', '{"model":"demo-1"}', 400],
    ['another model', '{"model":"other","messages":[{"role":"user","content":"x"}]}', 404],
  ])('answers %s with an OpenAI error', async (_what, body, status) => {
    const response = await fetch(`${client.baseURL}/chat/completions`, { method: 'POST', body });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.any(String) },
    });
  });
});
