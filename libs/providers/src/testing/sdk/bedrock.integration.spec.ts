import { AwsV4Signer } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asObject } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { FakeUpstream } from '../fake-upstream.js';
import { FIXED_SENTENCE } from '../model/scripted-model.js';
import { THOUGHTS } from '../model/usage-figures.js';
import { AWS_CODEC } from '../wires/aws-codec.js';
import {
  CALLED_ARGUMENTS,
  CITY_SCHEMA,
  PIXEL_BASE64,
  PIXEL_DESCRIBED,
  REPORT,
  REPORT_SCHEMA,
} from './conversation-fixtures.js';

let upstream: FakeUpstream;

beforeAll(async () => {
  upstream = await FakeUpstream.start({ key: 'AKIAFAKE' });
});

afterAll(() => upstream.stop());

const MODEL = encodeURIComponent('anthropic.claude-fake-v1:0');
const question = [{ role: 'user', content: [{ text: 'Hello' }] }];
const weather = [{ role: 'user', content: [{ text: 'The weather in both cities?' }] }];
const toolConfig = { tools: [{ toolSpec: { name: 'get_weather', inputSchema: { json: CITY_SCHEMA } } }] };
const additionalModelRequestFields = { thinking: { type: 'enabled', budget_tokens: 1024 } };

async function ask(operation: string, body: object, model = MODEL): Promise<Response> {
  const signer = new AwsV4Signer({
    url: `${upstream.url}/model/${model}/${operation}`,
    accessKeyId: 'AKIAFAKE',
    secretAccessKey: 'secret',
    service: 'bedrock',
    region: 'us-east-1',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { url, method, headers } = await signer.sign();
  return fetch(url, { method, headers, body: JSON.stringify(body) });
}

async function converse(body: object): Promise<JsonObject> {
  const response = await ask('converse', body);
  expect(response.status).toBe(200);
  return (await response.json()) as JsonObject;
}

interface Event {
  readonly type: string;
  readonly payload: JsonObject;
}

async function converseStream(body: object): Promise<Event[]> {
  const response = await ask('converse-stream', body);
  expect(response.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
  const bytes = Buffer.from(await response.arrayBuffer());
  const events: Event[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const { headers, body } = AWS_CODEC.decode(bytes.subarray(at, at + bytes.readUInt32BE(at)));
    expect(headers[':message-type']?.value).toBe('event');
    const payload = asObject(JSON.parse(Buffer.from(body).toString('utf8'))) ?? {};
    events.push({ type: String(headers[':event-type']?.value), payload });
  }
  return events;
}

function contentOf(answer: JsonObject): readonly JsonObject[] {
  return (answer as { output: { message: { content: JsonObject[] } } }).output.message.content;
}

function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, name) => asObject(inner)?.[name], value);
}

describe('converse, decoded by the AWS codec', () => {
  it('says the same plain and streamed, with the same usage', async () => {
    const answer = await converse({ messages: question });
    expect(answer).toMatchObject({ stopReason: 'end_turn' });
    expect(contentOf(answer)).toEqual([{ text: FIXED_SENTENCE }]);
    const events = await converseStream({ messages: question });
    expect(events.map(({ payload }) => at(payload, 'delta', 'text') ?? '').join('')).toBe(FIXED_SENTENCE);
    expect(events.at(-1)).toMatchObject({ type: 'metadata', payload: { usage: answer['usage'] } });
    expect(events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])).toEqual([
      'messageStart',
      'contentBlockDelta',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ]);
  });

  it('thinks, calls a tool twice at once, and takes back what it signed', async () => {
    const request = {
      messages: weather,
      toolConfig,
      additionalModelRequestFields,
      inferenceConfig: { maxTokens: 2000 },
    };
    const content = contentOf(await converse(request));
    expect(content).toMatchObject([
      { reasoningContent: { reasoningText: { text: THOUGHTS, signature: expect.any(String) } } },
      ...CALLED_ARGUMENTS.map((input) => ({ toolUse: { name: 'get_weather', input } })),
    ]);
    const results = content.slice(1).map((block, index) => {
      return { toolResult: { toolUseId: at(block, 'toolUse', 'toolUseId'), content: [{ text: `${index} degrees` }] } };
    });
    const again = (blocks: readonly object[]) => {
      const messages = [...weather, { role: 'assistant', content: blocks }, { role: 'user', content: results }];
      return ask('converse', { ...request, messages });
    };
    expect(await (await again(content)).text()).toContain('The tool answered: \\"0 degrees\\".');
    const lost = await again(content.slice(1));
    expect([lost.status, await lost.text()]).toEqual([400, expect.stringContaining('Expected `thinking`')]);
    const inputs = (await converseStream(request)).map(({ payload }) => at(payload, 'delta', 'toolUse', 'input') ?? '');
    expect(inputs.join('')).toBe(CALLED_ARGUMENTS.map((input) => JSON.stringify(input)).join(''));
  });

  it('writes JSON that fits the schema, describes media, and ends at the cap', async () => {
    const jsonSchema = { schema: JSON.stringify(REPORT_SCHEMA), name: 'report' };
    const outputConfig = { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
    const structured = contentOf(await converse({ messages: question, outputConfig }));
    expect(JSON.parse(String(structured[0]?.['text']))).toEqual(REPORT);
    const image = { format: 'png', source: { bytes: PIXEL_BASE64 } };
    const document = { format: 'pdf', name: 'a file', source: { bytes: 'JVBERi0=' } };
    const described = contentOf(
      await converse({ messages: [{ role: 'user', content: [{ image }, { document }, { text: 'What is it?' }] }] }),
    );
    expect(described).toEqual([{ text: `${PIXEL_DESCRIBED} I received application/pdf of 5 bytes.` }]);
    expect(await converse({ messages: question, inferenceConfig: { maxTokens: 1 } })).toMatchObject({
      stopReason: 'max_tokens',
    });
  });

  it('tells what was read from and written to the cache', async () => {
    const system = [{ text: 'Be kind. '.repeat(100) }];
    const plain = await converse({ messages: question, system });
    const cachePoint = { type: 'default', ttl: '1h' };
    const { usage } = await converse({ messages: question, system: [...system, { cachePoint }] });
    const written = at(usage, 'cacheWriteInputTokens');
    expect(at(usage, 'cacheDetails')).toEqual([{ ttl: '1h', inputTokens: written }]);
    const parts = ['inputTokens', 'cacheReadInputTokens', 'cacheWriteInputTokens'].map((name) =>
      Number(at(usage, name)),
    );
    expect(parts.reduce((sum, tokens) => sum + tokens)).toBe(at(plain, 'usage', 'inputTokens'));
  });

  it('embeds with Titan and with Cohere', async () => {
    const titan = await ask('invoke', { inputText: 'a', dimensions: 256 }, 'amazon.titan-embed-text-v2%3A0');
    expect(await titan.json()).toMatchObject({ embedding: expect.any(Array), inputTextTokenCount: 1 });
    expect(titan.headers.get('x-amzn-bedrock-input-token-count')).toBe('1');
    const texts = { texts: ['a', 'b'], input_type: 'search_query' };
    const cohere = await ask('invoke', { ...texts, embedding_types: ['float'] }, 'cohere.embed-english-v3');
    expect(await cohere.json()).toMatchObject({ embeddings: { float: [expect.any(Array), expect.any(Array)] } });
  });
});

describe('what converse refuses, as Bedrock does', () => {
  const use = { toolUse: { toolUseId: 't1', name: 'f', input: {} } };
  const result = { toolResult: { toolUseId: 't1', content: [{ text: 'x' }] } };
  const user = (...content: object[]) => ({ role: 'user', content });
  const assistant = (...content: object[]) => ({ role: 'assistant', content });
  it.each<[why: string, body: object, message: RegExp]>([
    ['a name that it does not know', { max_tokens: 1 }, /extraneous key \[max_tokens\]/],
    ['an assistant first', { messages: [assistant({ text: 'a' })] }, /must start with a user message/],
    ['two of one role', { messages: [...question, ...question] }, /must alternate/],
    ['a blank text', { messages: [user({ text: ' ' })] }, /is blank/],
    [
      'a block of two kinds',
      { messages: [user({ text: 'a', cachePoint: { type: 'default' } })] },
      /exactly one member/,
    ],
    [
      'tools in history but not offered',
      { messages: [...question, assistant(use), user(result)] },
      /toolConfig field must be/,
    ],
    [
      'a call without its result',
      { toolConfig, messages: [...question, assistant(use), user({ text: 'a' })] },
      /for the following Ids: t1/,
    ],
    ['a result without its call', { toolConfig, messages: [user(result)] }, /exceeds the number of toolUse blocks/],
    [
      'an unfit tool id',
      { messages: [...question, assistant({ toolUse: { ...use.toolUse, toolUseId: 'a.b' } })] },
      /a-zA-Z0-9_-/,
    ],
    [
      'an unfit file name',
      {
        messages: [user({ text: 'a' }, { document: { format: 'pdf', name: 'a.pdf', source: { bytes: 'JVBERi0=' } } })],
      },
      /alphanumeric/,
    ],
    [
      'a document without text',
      { messages: [user({ document: { format: 'pdf', name: 'a', source: { bytes: 'JVBERi0=' } } })] },
      /text block is required/,
    ],
    [
      'a temperature while it thinks',
      { additionalModelRequestFields, inferenceConfig: { temperature: 0.5, maxTokens: 2000 } },
      /may only be set to 1/,
    ],
  ])('%s', async (_why, changes, message) => {
    const response = await ask('converse', { messages: question, ...changes });
    expect([response.status, await response.json()]).toEqual([400, { message: expect.stringMatching(message) }]);
    expect(response.headers.get('x-amzn-errortype')).toMatch(/^ValidationException/);
  });

  it('a stranger', async () => {
    const response = await fetch(`${upstream.url}/model/${MODEL}/converse`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(403);
    const bearer = await fetch(`${upstream.url}/model/${MODEL}/converse`, {
      method: 'POST',
      headers: { authorization: 'Bearer AKIAFAKE' },
      body: JSON.stringify({ messages: question }),
    });
    expect(bearer.status).toBe(200);
  });
});
