import Anthropic from '@anthropic-ai/sdk';
import type { MessageCreateParamsNonStreaming, MessageParam, Tool } from '@anthropic-ai/sdk/resources/messages';
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
let client: Anthropic;

beforeAll(async () => {
  upstream = await FakeUpstream.start({ key: 'sk-ant-fake' });
  client = new Anthropic({ apiKey: 'sk-ant-fake', baseURL: upstream.url, maxRetries: 0 });
});

afterAll(() => upstream.stop());

const head = { model: 'claude-fake', max_tokens: 2000 };
const question: MessageParam[] = [{ role: 'user', content: 'Hello' }];
const weather: MessageParam[] = [{ role: 'user', content: 'The weather in both cities?' }];
const tools: Tool[] = [{ name: 'get_weather', input_schema: { ...CITY_SCHEMA, required: ['city', 'unit'] } }];
const thinking = { type: 'enabled', budget_tokens: 1024 } as const;

function resultsFor(message: Anthropic.Message): MessageParam {
  const calls = message.content.filter((block) => block.type === 'tool_use');
  return {
    role: 'user',
    content: calls.map(({ id }, index) => ({ type: 'tool_result', tool_use_id: id, content: `${index} degrees` })),
  };
}

describe('messages through the official SDK', () => {
  it('says the same plain and streamed, with the same usage', async () => {
    const answer = await client.messages.create({ ...head, messages: question });
    expect(answer).toMatchObject({ content: [{ type: 'text', text: FIXED_SENTENCE }], stop_reason: 'end_turn' });
    const streamed = await client.messages.stream({ ...head, messages: question }).finalMessage();
    expect(streamed.content).toMatchObject(answer.content);
    expect(streamed.usage).toMatchObject({
      input_tokens: answer.usage.input_tokens,
      output_tokens: answer.usage.output_tokens,
    });
  });

  it('thinks, calls a tool twice at once, and takes back what it signed', async () => {
    const request = { ...head, messages: weather, tools, thinking };
    const message = await client.messages.stream(request).finalMessage();
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'thinking', thinking: THOUGHTS }, {}, {}],
    });
    expect(message.content.flatMap((block) => (block.type === 'tool_use' ? [block.input] : []))).toEqual(
      CALLED_ARGUMENTS,
    );
    expect((await client.messages.create(request)).content.map(({ type }) => type)).toEqual([
      'thinking',
      'tool_use',
      'tool_use',
    ]);
    const assistant: MessageParam = { role: 'assistant', content: message.content };
    const answer = await client.messages.create({ ...request, messages: [...weather, assistant, resultsFor(message)] });
    expect(answer.content).toMatchObject([
      { type: 'thinking' },
      { text: 'The tool answered: "0 degrees". The tool answered: "1 degrees".' },
    ]);
  });

  it.each([thinking, { type: 'adaptive' } as const])('refuses a turn whose thinking got lost: $type', async (asked) => {
    const request = { ...head, messages: weather, tools, thinking: asked };
    const message = await client.messages.create(request);
    const again = (content: MessageParam['content']) =>
      client.messages.create({
        ...request,
        messages: [...weather, { role: 'assistant', content }, resultsFor(message)],
      });
    await expect(again(message.content.slice(1))).rejects.toThrow(/Expected `thinking` or `redacted_thinking`/);
    const forged = message.content.map((block) =>
      block.type === 'thinking' ? { ...block, thinking: 'Other' } : block,
    );
    await expect(again(forged)).rejects.toThrow(/Invalid `signature` in `thinking` block/);
    expect((await again(message.content)).stop_reason).toBe('end_turn');
  });

  it('hides its thinking when told to, and still signs it', async () => {
    const hidden = await client.messages.create({
      ...head,
      messages: question,
      thinking: { type: 'adaptive', display: 'omitted' },
    });
    expect(hidden.content[0]).toMatchObject({ type: 'thinking', thinking: '', signature: expect.stringMatching(/./) });
  });

  it('writes JSON that fits the schema, and describes media', async () => {
    const structured = await client.messages.create({
      ...head,
      messages: question,
      output_config: { format: { type: 'json_schema', schema: REPORT_SCHEMA } },
    });
    expect(JSON.parse(structured.content.map((block) => (block.type === 'text' ? block.text : '')).join(''))).toEqual(
      REPORT,
    );
    const described = await client.messages.create({
      ...head,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL_BASE64 } },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'abc' } },
            { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
          ],
        },
      ],
    });
    expect(described.content).toMatchObject([
      {
        text: `${PIXEL_DESCRIBED} I received text/plain of 3 bytes. I received document at https://example.com/a.pdf.`,
      },
    ]);
  });

  it('ends at a stop sequence and at the cap', async () => {
    const stopped = await client.messages.create({ ...head, messages: question, stop_sequences: ['fox'] });
    expect(stopped).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: 'fox',
      content: [{ text: 'The quick brown ' }],
    });
    const capped = await client.messages.create({ ...head, max_tokens: 1, messages: question });
    expect(capped).toMatchObject({ stop_reason: 'max_tokens', content: [{ text: 'The ' }] });
  });

  it('tells what was read from and written to the cache, and for how long', async () => {
    const system = [{ type: 'text', text: 'Be kind. '.repeat(100), cache_control: { type: 'ephemeral', ttl: '1h' } }];
    const plain = await client.messages.create({ ...head, messages: question, system: 'Be kind. '.repeat(100) });
    const { usage } = await client.messages.create({
      ...head,
      messages: question,
      system,
    } as MessageCreateParamsNonStreaming);
    const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
    expect(usage.cache_creation).toEqual({ ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: written });
    expect(read).toBeGreaterThan(0);
    expect(usage.input_tokens + (read ?? 0) + (written ?? 0)).toBe(plain.usage.input_tokens);
  });

  it('counts tokens as it bills them', async () => {
    const { input_tokens: tokens } = await client.messages.countTokens({ model: head.model, messages: question });
    expect((await client.messages.create({ ...head, messages: question })).usage.input_tokens).toBe(tokens);
  });

  it('streams by the grammar', async () => {
    const events = await collect(await client.messages.create({ ...head, messages: question, stream: true }));
    expect(events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it('lists models', async () => {
    const { data } = await client.models.list();
    expect(data).toContainEqual(expect.objectContaining({ type: 'model', id: 'fake/scripted' }));
  });
});

describe('Claude on Vertex AI', () => {
  const ask = (operation: string, body: object, token = 'sk-ant-fake') =>
    fetch(`${upstream.url}/v1/projects/p/locations/r/publishers/anthropic/models/${operation}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const body = { anthropic_version: 'vertex-2023-10-16', max_tokens: 10_000, messages: question };

  it('answers plain and streamed, and counts', async () => {
    expect(await (await ask('claude-x:rawPredict', body)).json()).toMatchObject({
      model: 'claude-x',
      content: [{ text: FIXED_SENTENCE }],
    });
    const stream = await ask('claude-x:streamRawPredict', { ...body, stream: true });
    expect(await stream.text()).toContain('event: message_stop');
    const counted = await ask('count-tokens:rawPredict', { model: 'claude-x', messages: question });
    expect(await counted.json()).toEqual({ input_tokens: expect.any(Number) });
  });

  it('refuses a model in the body, a body without its version, and a stranger', async () => {
    expect((await ask('claude-x:rawPredict', { ...body, model: 'claude-x' })).status).toBe(400);
    expect((await ask('claude-x:rawPredict', { ...body, anthropic_version: undefined })).status).toBe(400);
    expect((await ask('claude-x:rawPredict', body, 'other')).status).toBe(401);
  });
});

describe('what messages refuse, as Anthropic does', () => {
  const use = { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }] };
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' };
  const mark = { type: 'ephemeral' };
  it.each<[why: string, body: object, message: RegExp]>([
    ['a name that it does not know', { seed: 1 }, /seed: Extra inputs are not permitted/],
    ['no cap', { max_tokens: undefined }, /max_tokens: Field required/],
    ['a cap of nothing', { max_tokens: 0 }, /max_tokens: Input should be greater/],
    [
      'an assistant first',
      { messages: [{ role: 'assistant', content: 'Hi' }] },
      /first message must use the "user" role/,
    ],
    ['an empty text', { messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] }, /must be non-empty/],
    ['a role of another vendor', { messages: [{ role: 'tool', content: 'a' }] }, /messages.0.role/],
    ['a block of another vendor', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, /content.0.type/],
    [
      'an unfit tool id',
      { messages: [...question, { role: 'assistant', content: [{ ...use.content[0], id: 'a.b' }] }] },
      /pattern/,
    ],
    ['a call without its result', { messages: [...question, use, ...question] }, /without `tool_result` blocks/],
    ['a result without its call', { messages: [{ role: 'user', content: [result] }] }, /unexpected `tool_use_id`/],
    [
      'a result after text',
      { messages: [...question, use, { role: 'user', content: [{ type: 'text', text: 'a' }, result] }] },
      /results must come before/,
    ],
    ['two ways to sample', { temperature: 1, top_p: 0.5 }, /cannot both be specified/],
    ['a temperature while it thinks', { thinking, temperature: 0 }, /may only be set to 1/],
    ['a forced tool while it thinks', { thinking, tools, tool_choice: { type: 'any' } }, /forces tool use/],
    ['a budget above the cap', { thinking, max_tokens: 1024 }, /must be greater than `thinking.budget_tokens`/],
    [
      'five cache marks',
      { system: Array.from({ length: 5 }, () => ({ type: 'text', text: 'a', cache_control: mark })) },
      /Found 5/,
    ],
    [
      'a tool whose schema is no object',
      { tools: [{ name: 'f', input_schema: { type: 'string' } }] },
      /input_schema.type/,
    ],
    ['a tool in the shape of chat', { tools: [{ type: 'function', function: {} }] }, /tools.0/],
    ['two tools of one name', { tools: [...tools, ...tools] }, /must be unique/],
    ['a choice without tools', { tool_choice: { type: 'auto' } }, /while providing tools/],
    [
      'trailing white space',
      { messages: [...question, { role: 'assistant', content: 'So: ' }] },
      /trailing whitespace/,
    ],
    [
      'an open object in a schema',
      { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
      /additionalProperties/,
    ],
  ])('%s', async (_why, changes, message) => {
    const body = { ...head, messages: question, ...changes } as MessageCreateParamsNonStreaming;
    await expect(client.messages.create(body)).rejects.toMatchObject({
      status: 400,
      error: { type: 'error', error: { type: 'invalid_request_error', message: expect.stringMatching(message) } },
    });
  });

  it('a call without a version, and a stranger', async () => {
    const response = await fetch(`${upstream.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'sk-ant-fake' },
      body: JSON.stringify({ ...head, messages: question }),
    });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('anthropic-version')]);
    const stranger = new Anthropic({ apiKey: 'other', baseURL: upstream.url, maxRetries: 0 });
    await expect(stranger.messages.create({ ...head, messages: question })).rejects.toMatchObject({ status: 401 });
  });
});
