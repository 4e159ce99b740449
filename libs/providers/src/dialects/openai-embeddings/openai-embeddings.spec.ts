import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { Losses } from '../../hub/losses.js';
import type { EmbeddingsRequest } from '../../spec/embeddings.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError, RequestUnreadableError } from '../../spec/loss-report.js';
import { readEmbeddingsAnswer } from './embeddings-answer.js';
import { encodeEmbeddingsRequest, readEmbeddingsHead } from './embeddings-head.js';
import { readFloat32Base64, writeFloat32Base64 } from './float32-base64.js';
import { openAiEmbeddingsInbound } from './openai-embeddings-inbound.js';
import { openAiEmbeddingsProvider } from './openai-embeddings-provider.js';
import { EMBEDDING_INPUTS_MAX } from './read-request.js';

function problemOf(body: JsonObject): string {
  try {
    openAiEmbeddingsInbound.readRequest(body);
  } catch (error) {
    if (error instanceof RequestUnreadableError) return `${error.field}: ${error.problem}`;
    throw error;
  }
  return 'none';
}

describe('embeddings on a straight wire', () => {
  it('find the model behind megabytes of input, and change nothing but it', () => {
    const input = JSON.stringify('x'.repeat(2_000_000));
    const head = readEmbeddingsHead(Buffer.from(`{"input":${input} ,"drop_tuning_params":true, "model":"m"}`));
    expect(head).toMatchObject({ model: 'm', streams: false });
    expect(encodeEmbeddingsRequest(head, 'm').toString()).toBe(`{"input":${input} ,"model":"m"}`);
    expect(encodeEmbeddingsRequest(head, 'n').toString()).toBe(`{"input":${input} ,"model":"n"}`);
  });

  it('go up as the same bytes when nothing must change', () => {
    const body = Buffer.from('{ "model" : "m", "input": ["\\u0061"] }');
    expect(encodeEmbeddingsRequest(readEmbeddingsHead(body), 'm')).toBe(body);
  });

  it.each([
    ['{"data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":7,"total_tokens":7}}', 7],
    ['{"data":[{"embedding":[0.1]}],"usage":{"total_tokens":9}}', 9],
    ['{"data":[{"embedding":[0.1]}]}', undefined],
    ['{"data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":-1}}', undefined],
  ])('report what they read: %s', (text, inputTokens) => {
    const { whole, usage } = readEmbeddingsAnswer(Buffer.from(text));
    expect(whole).toBe(true);
    expect(usage?.inputTokens).toBe(inputTokens);
    expect(usage?.outputTokens).toBe(inputTokens === undefined ? undefined : 0);
  });

  it.each(['{"data":[]}', '{"data":[{"embedding":[0.1', '{"error":{"message":"x"}}', '{}', '[]', ''])(
    'are no answer: %s',
    (text) => {
      expect(readEmbeddingsAnswer(Buffer.from(text))).toEqual({ whole: false, usage: undefined });
    },
  );
});

describe('an embeddings request', () => {
  it.each<[Json, EmbeddingsRequest['inputs']]>([
    ['a', ['a']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[1, 2], [[1, 2]]],
    [
      [[1], [2, 3]],
      [[1], [2, 3]],
    ],
  ])('is read with the input %j', (input, inputs) => {
    expect(openAiEmbeddingsInbound.readRequest({ model: 'm', input })).toEqual({
      inputs,
      encoding: 'float',
      unknownNames: [],
    });
  });

  it('is read with what tunes it', () => {
    const body = {
      model: 'm',
      input: 'a',
      dimensions: 256,
      encoding_format: 'base64',
      user: 'u',
      task_type: 'RETRIEVAL_QUERY',
      title: 't',
      zebra: 1,
    };
    expect(openAiEmbeddingsInbound.readRequest(body)).toEqual({
      inputs: ['a'],
      dimensions: 256,
      encoding: 'base64',
      user: 'u',
      taskType: 'RETRIEVAL_QUERY',
      title: 't',
      unknownNames: ['zebra'],
    });
  });

  const inputProblem = 'must be a string, a list of strings, a list of tokens, or a list of lists of tokens';

  it.each<[JsonObject, string]>([
    [{}, `input: ${inputProblem}`],
    [{ input: {} }, `input: ${inputProblem}`],
    [{ input: '' }, 'input: must not be empty'],
    [{ input: [] }, 'input: must not be empty'],
    [{ input: ['a', ''] }, 'input.1: must not be empty'],
    [{ input: ['a', 1] }, `input.1: ${inputProblem}`],
    [{ input: ['a', [1]] }, `input.1: ${inputProblem}`],
    [{ input: [1, 'a'] }, 'input.1: must be the number of a token'],
    [{ input: [1.5] }, 'input.0: must be the number of a token'],
    [{ input: [[]] }, 'input.0: must not be empty'],
    [{ input: [[1], 'a'] }, `input.1: ${inputProblem}`],
    [{ input: [{}] }, `input.0: ${inputProblem}`],
    [
      { input: Array.from({ length: EMBEDDING_INPUTS_MAX + 1 }, () => 'a') },
      'input: must not hold more than 2048 inputs',
    ],
    [{ input: 'a', encoding_format: 'hex' }, 'encoding_format: must be one of float, base64'],
    [{ input: 'a', dimensions: 0 }, 'dimensions: must be at least 1'],
  ])('that OpenAI would refuse is refused with the place of its fault', (body, problem) => {
    expect(problemOf(body)).toBe(problem);
  });

  it('may have a text of more tokens than it may have inputs', () => {
    expect(problemOf({ input: Array.from({ length: 5000 }, () => 1) })).toBe('none');
  });

  it('for OpenAI is what the client meant, and says what it loses', () => {
    const losses = new Losses();
    const request: EmbeddingsRequest = {
      inputs: ['a', [1, 2]],
      dimensions: 8,
      encoding: 'base64',
      taskType: 'x',
      title: 't',
      unknownNames: [],
    };
    expect(openAiEmbeddingsProvider.writeRequest(request, { model: 'm', losses })).toEqual({
      model: 'm',
      input: ['a', [1, 2]],
      encoding_format: 'float',
      dimensions: 8,
    });
    expect(losses.fields()).toEqual(['task_type', 'title']);
  });
});

describe('an embeddings answer', () => {
  const answer = { vectors: [[0.5, -1], [0.1]], inputTokens: 7 };
  const write = (encoding: 'float' | 'base64'): JsonObject =>
    openAiEmbeddingsInbound.writeAnswer(answer, {
      model: 'fast',
      request: { inputs: ['a', 'b'], encoding, unknownNames: [] },
    });

  it('is a list of vectors', () => {
    expect(write('float')).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5, -1] },
        { object: 'embedding', index: 1, embedding: [0.1] },
      ],
      model: 'fast',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
  });

  it('is decoded by OpenAI’s SDK, which asks for base64', async () => {
    const client = new OpenAI({
      apiKey: 'none',
      fetch: (_url, init) => {
        expect(JSON.parse(String(init?.body))).toMatchObject({ encoding_format: 'base64' });
        const headers = { 'content-type': 'application/json' };
        return Promise.resolve(new Response(JSON.stringify(write('base64')), { headers }));
      },
    });
    const { data } = await client.embeddings.create({ model: 'fast', input: ['a', 'b'] });
    expect(data.map(({ embedding }) => embedding)).toEqual([[0.5, -1], [Math.fround(0.1)]]);
  });

  it.each(['float', 'base64'] as const)('is read from a provider, in the order of the inputs: %s', (encoding) => {
    const { data, ...rest } = write(encoding);
    const shuffled = { ...rest, data: [...(data as readonly Json[])].reverse() };
    const { vectors, inputTokens } = openAiEmbeddingsProvider.readAnswer(shuffled);
    expect(vectors.map((vector) => vector.map(Math.fround))).toEqual([[0.5, -1], [Math.fround(0.1)]]);
    expect(inputTokens).toBe(7);
  });

  it.each<JsonObject>([
    {},
    { data: [] },
    { data: [null] },
    { data: [{ embedding: [] }] },
    { data: [{ embedding: [1, 'x'] }] },
    { data: [{ embedding: 'AAA=' }] },
  ])('is not one: %j', (body) => {
    expect(() => openAiEmbeddingsProvider.readAnswer(body)).toThrow(AnswerUnreadableError);
  });
});

describe('a vector in base64', () => {
  it('is little-endian 32-bit floats', () => {
    expect(Buffer.from(writeFloat32Base64([1, -2]), 'base64')).toEqual(Buffer.from([0, 0, 128, 63, 0, 0, 0, 192]));
  });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), (vector) => {
        expect(readFloat32Base64(writeFloat32Base64(vector))).toEqual(vector);
      }),
    );
  });
});
