import OpenAI, { AzureOpenAI } from 'openai';
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources/chat/completions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeUpstream } from '../fake-upstream.js';
import { FIXED_SENTENCE } from '../model/scripted-model.js';
import { THOUGHTS } from '../model/usage-figures.js';
import {
  CALLED_ARGUMENTS,
  CITY_SCHEMA,
  collect,
  PIXEL_BASE64,
  PIXEL_DESCRIBED,
  REPORT,
  REPORT_SCHEMA,
} from './conversation-fixtures.js';

let upstream: FakeUpstream;
let client: OpenAI;

beforeAll(async () => {
  upstream = await FakeUpstream.start({ key: 'sk-fake' });
  client = new OpenAI({ apiKey: 'sk-fake', baseURL: `${upstream.url}/v1`, maxRetries: 0 });
});

afterAll(() => upstream.stop());

const model = 'gpt-5-mini';
const question: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello' }];
const tools: ChatCompletionTool[] = [
  { type: 'function', function: { name: 'get_weather', parameters: CITY_SCHEMA, strict: true } },
];
const weather: ChatCompletionMessageParam[] = [{ role: 'user', content: 'The weather in both cities?' }];

describe('chat completions through the official SDK', () => {
  it('says the same plain and streamed, with the same usage', async () => {
    const answer = await client.chat.completions.create({ model, messages: question });
    expect(answer.choices).toMatchObject([{ message: { content: FIXED_SENTENCE }, finish_reason: 'stop' }]);
    const stream = client.chat.completions.stream({
      model,
      messages: question,
      stream_options: { include_usage: true },
    });
    const streamed = await stream.finalChatCompletion();
    expect(streamed.choices[0]?.message.content).toBe(FIXED_SENTENCE);
    expect(streamed.usage).toEqual(answer.usage);
  });

  it('calls a tool twice at once, and quotes the results', async () => {
    const stream = client.chat.completions.stream({ model, messages: weather, tools });
    const message = (await stream.finalChatCompletion()).choices[0]?.message;
    const plain = await client.chat.completions.create({ model, messages: weather, tools });
    expect(message?.tool_calls?.map((call) => call.type === 'function' && JSON.parse(call.function.arguments))).toEqual(
      CALLED_ARGUMENTS,
    );
    expect(plain.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    const called = plain.choices[0]?.message;
    if (called === undefined) throw new Error('there is no message');
    const results = (called.tool_calls ?? []).map(({ id }, index): ChatCompletionMessageParam => {
      return { role: 'tool', tool_call_id: id, content: `${index} degrees` };
    });
    const answer = await client.chat.completions.create({ model, messages: [...weather, called, ...results], tools });
    expect(answer.choices[0]?.message.content).toBe('The tool answered: "0 degrees". The tool answered: "1 degrees".');
  });

  it('calls no tool twice where that is not allowed, and the one that is chosen', async () => {
    const two = [...tools, { type: 'function', function: { name: 'other' } } as const];
    const chosen = await client.chat.completions.create({
      model,
      messages: weather,
      tools: two,
      parallel_tool_calls: false,
      tool_choice: { type: 'function', function: { name: 'other' } },
    });
    expect(chosen.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'other', arguments: '{}' } }]);
    const none = await client.chat.completions.create({ model, messages: weather, tools, tool_choice: 'none' });
    expect(none.choices[0]?.message.content).toBe(FIXED_SENTENCE);
  });

  it('writes JSON that fits the schema, plain and in pieces', async () => {
    const request = {
      model,
      messages: question,
      response_format: { type: 'json_schema', json_schema: { name: 'report', strict: true, schema: REPORT_SCHEMA } },
    } as const;
    const answer = await client.chat.completions.create(request);
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual(REPORT);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    expect(JSON.parse(streamed.choices[0]?.message.content ?? '')).toEqual(REPORT);
  });

  it('says what media it was given', async () => {
    const answer = await client.chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL_BASE64}` } },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
            { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' } },
          ],
        },
      ],
    });
    expect(answer.choices[0]?.message.content).toBe(
      `${PIXEL_DESCRIBED} I received image at https://example.com/a.png. I received application/pdf of 5 bytes.`,
    );
  });

  it('thinks when asked to, and counts it', async () => {
    const request = { model, messages: question, reasoning_effort: 'low' } as const;
    const answer = await client.chat.completions.create(request);
    expect(answer.choices[0]?.message).toMatchObject({
      reasoning_content: THOUGHTS,
      reasoning_details: [{ type: 'reasoning.encrypted', data: expect.any(String) }],
    });
    expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBe(12);
    const chunks = await collect(await client.chat.completions.create({ ...request, stream: true }));
    const thoughts = chunks.map(
      (chunk) => (chunk.choices[0]?.delta as { reasoning_content?: string } | undefined)?.reasoning_content,
    );
    expect(thoughts.join('')).toBe(THOUGHTS);
  });

  it('ends at a stop sequence and at the cap', async () => {
    const stopped = await client.chat.completions.create({ model, messages: question, stop: ['fox', 'quick'] });
    expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'The ' } });
    const capped = await client.chat.completions.create({ model, messages: question, max_completion_tokens: 1 });
    expect(capped.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'The ' } });
    expect(capped.usage?.completion_tokens).toBe(1);
  });

  it('tells what of the prompt was cached', async () => {
    const messages = [{ role: 'user', content: 'Hello. '.repeat(100) }] as const;
    const { usage } = await client.chat.completions.create({ model, messages: [...messages], prompt_cache_key: 'k' });
    const plain = await client.chat.completions.create({ model, messages: [...messages] });
    expect(usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThan(0);
    expect(usage?.prompt_tokens).toBe(plain.usage?.prompt_tokens);
  });

  it('serves Azure deployments, which need their version', async () => {
    const azure = new AzureOpenAI({
      apiKey: 'sk-fake',
      endpoint: upstream.url,
      apiVersion: '2024-10-21',
      deployment: 'my-gpt',
      maxRetries: 0,
    });
    const chunks = await collect(
      await azure.chat.completions.create({ model: 'ignored', messages: question, stream: true }),
    );
    expect(chunks.map((chunk) => chunk.model).slice(0, 2)).toEqual(['', 'my-gpt']);
    expect(chunks[0]?.choices).toEqual([]);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(FIXED_SENTENCE);
    const response = await fetch(`${upstream.url}/openai/deployments/my-gpt/chat/completions`, {
      method: 'POST',
      headers: { 'api-key': 'sk-fake' },
      body: JSON.stringify({ messages: question }),
    });
    expect(response.status).toBe(404);
  });
});

describe('completions and embeddings through the official SDK', () => {
  it('completes, plain and streamed', async () => {
    const plain = await client.completions.create({ model, prompt: 'Hello', max_tokens: 2 });
    expect(plain.choices).toMatchObject([{ text: 'The quic', finish_reason: 'length' }]);
    const stream = await client.completions.create({
      model,
      prompt: 'Hello',
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(FIXED_SENTENCE);
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(17);
  });

  it('embeds the same text the same, as numbers and as base64', async () => {
    const asked = { model: 'text-embedding-3-small', dimensions: 5 } as const;
    const floats = await client.embeddings.create({ ...asked, input: ['a', 'b'], encoding_format: 'float' });
    // The SDK asks for base64 by itself and turns it into numbers.
    const base64 = await client.embeddings.create({ ...asked, input: 'a' });
    const [first, second] = floats.data.map(({ embedding }) => embedding);
    expect(first).toHaveLength(5);
    expect(first).not.toEqual(second);
    expect(base64.data[0]?.embedding).toEqual(first);
    const tokens = await client.embeddings.create({ ...asked, input: [[1, 2], [3]] });
    expect(tokens.data).toHaveLength(2);
  });
});

describe('what chat completions refuse, as OpenAI does', () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } } as const;
  const result = { role: 'tool', tool_call_id: 'call_1', content: 'x' } as const;
  it.each<[why: string, body: object, message: RegExp]>([
    ['a name that it does not know', { top_k: 3 }, /Unknown parameter: 'top_k'/],
    [
      'a name in a message that it does not know',
      { messages: [{ role: 'user', content: 'a', x: 1 }] },
      /messages\[0\].x/,
    ],
    ['no messages', { messages: undefined }, /Missing required parameter: 'messages'/],
    ['a temperature out of range', { temperature: 3 }, /'temperature'/],
    ['two caps', { max_tokens: 1, max_completion_tokens: 1 }, /at the same time/],
    ['stream options without a stream', { stream_options: { include_usage: true } }, /only allowed when 'stream'/],
    ['a tool choice without tools', { tool_choice: 'auto' }, /only allowed when 'tools'/],
    [
      'a choice of no tool',
      { tools, tool_choice: { type: 'function', function: { name: 'x' } } },
      /not found in 'tools'/,
    ],
    ['JSON without the word', { response_format: { type: 'json_object' } }, /must contain the word 'json'/],
    ['a result without a call', { messages: [...question, result] }, /must be a response to/],
    [
      'a call without its result',
      { messages: [...question, { role: 'assistant', tool_calls: [call] }, ...question] },
      /did not have response messages: call_1/,
    ],
    [
      'a strict tool with an open object',
      { tools: [{ type: 'function', function: { name: 'f', strict: true, parameters: { type: 'object' } } }] },
      /additionalProperties/,
    ],
    [
      'a strict schema that leaves a property to choice',
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'n', strict: true, schema: { ...CITY_SCHEMA, required: ['city'] } },
        },
      },
      /Missing 'unit'/,
    ],
    [
      'an image that is no base64',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,%' } }] }] },
      /messages\[0\].content\[0\]/,
    ],
  ])('%s', async (_why, changes, message) => {
    const body = { model, messages: question, ...changes } as OpenAI.ChatCompletionCreateParamsNonStreaming;
    await expect(client.chat.completions.create(body)).rejects.toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      message: expect.stringMatching(message),
    });
  });

  it('a key that it does not know', async () => {
    const stranger = new OpenAI({ apiKey: 'sk-other', baseURL: `${upstream.url}/v1`, maxRetries: 0 });
    await expect(stranger.chat.completions.create({ model, messages: question })).rejects.toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    });
  });
});
