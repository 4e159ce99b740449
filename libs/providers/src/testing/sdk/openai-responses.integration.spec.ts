import OpenAI from 'openai';
import type { ResponseInputItem, Tool } from 'openai/resources/responses/responses';
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
const tools: Tool[] = [{ type: 'function', name: 'get_weather', parameters: CITY_SCHEMA, strict: true }];
const weather: ResponseInputItem[] = [{ role: 'user', content: 'The weather in both cities?' }];

describe('responses through the official SDK', () => {
  it('says the same plain and streamed', async () => {
    const answer = await client.responses.create({ model, input: 'Hello' });
    expect(answer).toMatchObject({ status: 'completed', output_text: FIXED_SENTENCE });
    const streamed = await client.responses.stream({ model, input: 'Hello' }).finalResponse();
    expect(streamed.output_text).toBe(FIXED_SENTENCE);
    expect(streamed.usage).toEqual(answer.usage);
  });

  it('streams by the grammar: numbered, opened and closed, the deltas joining to what is done', async () => {
    const events = await collect(await client.responses.create({ model, input: 'Hello', stream: true }));
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    const types = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  it('calls a tool twice at once, and quotes the results', async () => {
    const streamed = await client.responses.stream({ model, input: weather, tools }).finalResponse();
    const plain = await client.responses.create({ model, input: weather, tools });
    const callsOf = ({ output }: typeof plain) => output.filter((item) => item.type === 'function_call');
    const calls = callsOf(plain);
    for (const all of [calls, callsOf(streamed)]) {
      expect(all.map((call) => JSON.parse(call.arguments))).toEqual(CALLED_ARGUMENTS);
    }
    const results = calls.map(({ call_id }, index): ResponseInputItem => {
      return { type: 'function_call_output', call_id, output: `${index} degrees` };
    });
    const answer = await client.responses.create({ model, tools, input: [...weather, ...calls, ...results] });
    expect(answer.output_text).toBe('The tool answered: "0 degrees". The tool answered: "1 degrees".');
  });

  it('calls a custom tool with free text', async () => {
    const custom: Tool[] = [{ type: 'custom', name: 'shell' }];
    const request = { model, input: 'weather', tools: custom };
    const answer = await client.responses.create(request);
    expect(answer.output).toMatchObject([{ type: 'custom_tool_call', name: 'shell', input: 'Paris' }]);
    const events = await collect(await client.responses.create({ ...request, stream: true }));
    const deltas = events.filter((event) => event.type === 'response.custom_tool_call_input.delta');
    expect(deltas.map(({ delta }) => delta).join('')).toBe('Paris');
  });

  it('thinks, hides it unless a summary is asked for, and takes it back encrypted', async () => {
    const shown = await client.responses.create({ model, input: 'Hi', reasoning: { effort: 'low', summary: 'auto' } });
    expect(shown.output[0]).toMatchObject({ type: 'reasoning', summary: [{ text: THOUGHTS }] });
    const request = {
      model,
      tools,
      store: false,
      include: ['reasoning.encrypted_content'],
      reasoning: { effort: 'low' },
    } satisfies Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>;
    const hidden = await client.responses.create({ ...request, input: weather });
    const [reasoning, ...calls] = hidden.output.filter((item) => item.type !== 'message');
    expect(reasoning).toMatchObject({ type: 'reasoning', summary: [], encrypted_content: expect.any(String) });
    const results = calls.map((call): ResponseInputItem => {
      return { type: 'function_call_output', call_id: 'call_id' in call ? String(call.call_id) : '', output: 'x' };
    });
    const turn = (items: readonly unknown[]) => [...weather, ...items, ...results] as ResponseInputItem[];
    const answer = await client.responses.create({ ...request, input: turn(hidden.output) });
    expect(answer.output_text).toContain('The tool answered');
    await expect(client.responses.create({ ...request, input: turn(calls) })).rejects.toThrow(
      /required 'reasoning' item/,
    );
    const forged = [{ ...reasoning, encrypted_content: 'gAAA' }, ...calls];
    await expect(client.responses.create({ ...request, input: turn(forged) })).rejects.toMatchObject({
      code: 'invalid_encrypted_content',
    });
  });

  it('writes JSON that fits the schema, describes media, and ends at the cap', async () => {
    const structured = await client.responses.create({
      model,
      input: 'Hello',
      text: { format: { type: 'json_schema', name: 'report', strict: true, schema: REPORT_SCHEMA } },
    });
    expect(JSON.parse(structured.output_text)).toEqual(REPORT);
    const image_url = `data:image/png;base64,${PIXEL_BASE64}`;
    const described = await client.responses.create({
      model,
      input: [{ role: 'user', content: [{ type: 'input_image', image_url, detail: 'auto' }] }],
    });
    expect(described.output_text).toBe(PIXEL_DESCRIBED);
    const capped = await client.responses.create({ model, input: 'Hello', max_output_tokens: 1 });
    expect(capped).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });
});

describe('stored responses through the official SDK', () => {
  it('are there until deleted, with their input, and go on', async () => {
    const first = await client.responses.create({ model, input: weather, tools });
    expect(await client.responses.retrieve(first.id)).toMatchObject({ id: first.id, output: first.output });
    const items = await collect(await client.responses.inputItems.list(first.id));
    expect(items).toMatchObject([{ id: expect.any(String), role: 'user' }]);
    const calls = first.output.filter((item) => item.type === 'function_call');
    const outputs = calls.map(({ call_id }): ResponseInputItem => {
      return { type: 'function_call_output', call_id, output: 'warm' };
    });
    const next = await client.responses.create({ model, tools, previous_response_id: first.id, input: outputs });
    expect(next.output_text).toContain('"warm"');
    await client.responses.delete(first.id);
    await expect(client.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
    const gone = client.responses.create({ model, previous_response_id: first.id, input: 'Hi' });
    await expect(gone).rejects.toMatchObject({ code: 'previous_response_not_found' });
  });

  it('are not there when they were not to be stored', async () => {
    const { id } = await client.responses.create({ model, input: 'Secret', store: false });
    await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  it('may be streamed and still be stored', async () => {
    const { id } = await client.responses.stream({ model, input: 'Streamed' }).finalResponse();
    expect(await client.responses.retrieve(id)).toMatchObject({ output_text: FIXED_SENTENCE });
  });

  it('may run in the background, and only then be cancelled', async () => {
    const queued = await client.responses.create({ model, input: 'Take your time', background: true });
    expect(queued).toMatchObject({ status: 'queued', output: [] });
    expect(await client.responses.retrieve(queued.id)).toMatchObject({ status: 'completed' });
    expect(await client.responses.cancel(queued.id)).toMatchObject({ status: 'cancelled' });
    const { id } = await client.responses.create({ model, input: 'At once' });
    await expect(client.responses.cancel(id)).rejects.toThrow(/synchronous/);
  });
});

describe('what responses refuse, as OpenAI does', () => {
  it.each<[why: string, body: object, message: RegExp]>([
    ['a name that it does not know', { max_tokens: 3 }, /Unknown parameter: 'max_tokens'/],
    ['a tool in the shape of chat', { tools: [{ type: 'function', function: { name: 'f' } }] }, /'tools\[0\]/],
    ['no input', { input: undefined }, /Missing required parameter: 'input'/],
    [
      'content in the words of chat',
      { input: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] },
      /input\[0\]/,
    ],
    [
      'an output without its call',
      { input: [{ type: 'function_call_output', call_id: 'call_9', output: 'x' }] },
      /call_id call_9/,
    ],
    [
      'a call without its output',
      { input: [{ type: 'function_call', call_id: 'call_9', name: 'f', arguments: '{}' }, ...weather] },
      /No tool output found for function call call_9/,
    ],
    ['background without storing', { background: true, store: false }, /requires store=true/],
  ])('%s', async (_why, changes, message) => {
    const body = { model, input: 'Hello', ...changes } as OpenAI.Responses.ResponseCreateParamsNonStreaming;
    await expect(client.responses.create(body)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(message),
    });
  });
});
