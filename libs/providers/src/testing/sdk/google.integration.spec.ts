import { GoogleGenAI, type Content, type GenerateContentParameters } from '@google/genai';
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
let client: GoogleGenAI;

beforeAll(async () => {
  upstream = await FakeUpstream.start({ key: 'g-fake' });
  client = new GoogleGenAI({ apiKey: 'g-fake', httpOptions: { baseUrl: upstream.url } });
});

afterAll(() => upstream.stop());

const model = 'gemini-fake';
const weather: Content = { role: 'user', parts: [{ text: 'The weather in both cities?' }] };
const tools = [{ functionDeclarations: [{ name: 'get_weather', parametersJsonSchema: CITY_SCHEMA }] }];
const thinkingConfig = { includeThoughts: true };

function resultsFor(content: Content | undefined): Content {
  const calls = (content?.parts ?? []).flatMap(({ functionCall }) => functionCall ?? []);
  const parts = calls.map(({ name = '' }, index) => ({
    functionResponse: { name, response: { output: `${index} degrees` } },
  }));
  return { role: 'user', parts };
}

/** A raw call, for what the SDK does not send. */
function post(path: string, body: object, headers: Record<string, string> = { 'x-goog-api-key': 'g-fake' }) {
  return fetch(`${upstream.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('generateContent through the official SDK', () => {
  it('says the same plain and streamed, with the same usage', async () => {
    const answer = await client.models.generateContent({ model, contents: 'Hello' });
    expect(answer.text).toBe(FIXED_SENTENCE);
    const chunks = await collect(await client.models.generateContentStream({ model, contents: 'Hello' }));
    expect(chunks.map(({ text }) => text ?? '').join('')).toBe(FIXED_SENTENCE);
    expect(chunks.at(-1)?.usageMetadata).toEqual(answer.usageMetadata);
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
  });

  it('streams one JSON array without alt=sse', async () => {
    const response = await post(`/v1beta/models/${model}:streamGenerateContent`, {
      contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
    });
    const chunks = (await response.json()) as { candidates: { content: { parts: { text: string }[] } }[] }[];
    const texts = chunks.map(({ candidates }) => candidates[0]?.content.parts[0]?.text);
    expect(texts.join('')).toBe(FIXED_SENTENCE);
  });

  it('thinks, calls a tool twice at once, and takes back what it signed', async () => {
    const config = { tools, thinkingConfig };
    const answer = await client.models.generateContent({ model, contents: [weather], config });
    expect(answer.functionCalls?.map(({ args }) => args)).toEqual(CALLED_ARGUMENTS);
    const content = answer.candidates?.[0]?.content;
    expect(content?.parts).toMatchObject([
      { text: THOUGHTS, thought: true },
      { thoughtSignature: expect.any(String) },
      {},
    ]);
    const chunks = await collect(await client.models.generateContentStream({ model, contents: [weather], config }));
    expect(chunks.flatMap(({ functionCalls = [] }) => functionCalls.map(({ args }) => args))).toEqual(CALLED_ARGUMENTS);
    const contents = (turn: Content | undefined) => [weather, turn ?? {}, resultsFor(turn)];
    const next = await client.models.generateContent({ model, contents: contents(content), config });
    expect(next.text).toBe('The tool answered: "0 degrees". The tool answered: "1 degrees".');
    const unsigned = { ...content, parts: content?.parts?.map(({ functionCall }) => ({ functionCall })).slice(1) };
    await expect(
      client.models.generateContent({ model, contents: contents(unsigned as Content), config }),
    ).rejects.toThrow(/missing a `thought_signature`/);
  });

  it('writes JSON that fits a JSON Schema and one in the OpenAPI subset', async () => {
    const structured = (config: NonNullable<GenerateContentParameters['config']>) =>
      client.models.generateContent({
        model,
        contents: 'Hi',
        config: { responseMimeType: 'application/json', ...config },
      });
    expect(JSON.parse((await structured({ responseJsonSchema: REPORT_SCHEMA })).text ?? '')).toEqual(REPORT);
    const schema = { type: 'OBJECT', properties: { n: { type: 'INTEGER' } }, required: ['n'] };
    expect(JSON.parse((await structured({ responseSchema: schema })).text ?? '')).toEqual({ n: 1 });
    expect(JSON.parse((await structured({})).text ?? '')).toEqual({ text: 'text' });
  });

  it('describes media, and ends at a stop sequence and at the cap', async () => {
    const inlineData = { mimeType: 'image/png', data: PIXEL_BASE64 };
    const described = await client.models.generateContent({ model, contents: [{ inlineData }] });
    expect(described.text).toBe(PIXEL_DESCRIBED);
    const stopped = await client.models.generateContent({ model, contents: 'Hi', config: { stopSequences: ['fox'] } });
    expect(stopped.text).toBe('The quick brown ');
    const capped = await client.models.generateContent({ model, contents: 'Hi', config: { maxOutputTokens: 1 } });
    expect(capped.candidates).toMatchObject([{ finishReason: 'MAX_TOKENS' }]);
  });

  it('counts tokens, and embeds', async () => {
    const { totalTokens } = await client.models.countTokens({ model, contents: 'Hello' });
    const answer = await client.models.generateContent({ model, contents: 'Hello' });
    expect(answer.usageMetadata?.promptTokenCount).toBe(totalTokens);
    const embedded = await client.models.embedContent({
      model,
      contents: ['a', 'b'],
      config: { outputDimensionality: 4, taskType: 'RETRIEVAL_QUERY' },
    });
    expect(embedded.embeddings?.map(({ values }) => values?.length)).toEqual([4, 4]);
  });

  it('embeds one content, and texts on Vertex AI', async () => {
    const one = await post(`/v1beta/models/${model}:embedContent`, { content: { parts: [{ text: 'a' }] } });
    expect(await one.json()).toEqual({ embedding: { values: expect.any(Array) } });
    const path = `/v1/projects/p/locations/r/publishers/google/models/${model}`;
    const predicted = await post(`${path}:predict`, {
      instances: [{ content: 'a', task_type: 'RETRIEVAL_QUERY' }],
      parameters: { outputDimensionality: 3 },
    });
    expect(await predicted.json()).toMatchObject({
      predictions: [{ embeddings: { values: [expect.any(Number), {}, {}].map(() => expect.any(Number)) } }],
    });
    const generated = await post(
      `${path}:generateContent`,
      { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
      { authorization: 'Bearer g-fake' },
    );
    expect(generated.status).toBe(200);
  });
});

describe('what generateContent refuses, as Google does', () => {
  const user = { role: 'user', parts: [{ text: 'Hi' }] };
  const call = { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] };
  const response = { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] };
  const declared = (declaration: object) => [{ functionDeclarations: [{ name: 'f', ...declaration }] }];
  it.each<[why: string, body: object, message: RegExp]>([
    ['a name that it does not know', { max_tokens: 3 }, /Unknown name "maxTokens": Cannot find field/],
    [
      'a name deep inside',
      { contents: [{ role: 'user', parts: [{ text: 'a', x: 1 }] }] },
      /at 'contents\[0\].parts\[0\]'/,
    ],
    ['no contents', { contents: undefined }, /contents is not specified/],
    ['no parts', { contents: [{ role: 'user', parts: [] }] }, /parts must not be empty/],
    ['a role of another vendor', { contents: [{ ...user, role: 'assistant' }] }, /valid role/],
    [
      'a part of two kinds',
      { contents: [{ parts: [{ text: 'a', inlineData: { mimeType: 'a/b', data: '' } }] }] },
      /already set/,
    ],
    ['a call without its response', { contents: [user, call, user] }, /number of function response parts/],
    ['a response without its call', { contents: [user, response] }, /immediately after a function call turn/],
    [
      'a response by another name',
      { contents: [user, call, { parts: [{ functionResponse: { name: 'g', response: {} } }] }] },
      /'g'/,
    ],
    [
      'a call after the model',
      { contents: [user, { ...user, role: 'model' }, call] },
      /comes immediately after a user turn/,
    ],
    [
      'JSON Schema where the subset is meant',
      { tools: declared({ parameters: { type: 'object', $schema: 'x' } }) },
      /"\$schema"/,
    ],
    [
      'a schema without its type of answer',
      { generationConfig: { responseSchema: {} } },
      /only allowed with response_mime_type/,
    ],
    [
      'a signature of another vendor',
      { contents: [{ role: 'model', parts: [{ text: 'a', thoughtSignature: 'AAAA' }] }] },
      /Corrupted/,
    ],
  ])('%s', async (_why, changes, message) => {
    const answer = await post(`/v1beta/models/${model}:generateContent`, { contents: [user], ...changes });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringMatching(message) } },
    ]);
  });

  it('a stranger, and a key that is wrong', async () => {
    const path = `/v1beta/models/${model}:generateContent`;
    expect((await post(path, { contents: [user] }, {})).status).toBe(403);
    const wrong = await post(`${path}?key=other`, { contents: [user] }, {});
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('API_KEY_INVALID')]);
    expect((await post(`${path}?key=g-fake`, { contents: [user] }, {})).status).toBe(200);
  });

  it('takes names in snake case and the placeholder for a signature', async () => {
    const signed = {
      role: 'model',
      parts: [{ ...call.parts[0], thought_signature: 'skip_thought_signature_validator' }],
    };
    const answer = await post(`/v1beta/models/${model}:generateContent`, {
      contents: [user, signed, response],
      system_instruction: { parts: [{ text: 'Be kind.' }] },
      generation_config: { max_output_tokens: 100, thinking_config: { thinking_level: 'low' } },
    });
    expect(answer.status).toBe(200);
  });
});
