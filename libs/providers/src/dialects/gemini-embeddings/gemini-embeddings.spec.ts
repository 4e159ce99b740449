import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EmbeddingsRequest, ProviderEmbeddingsCodec } from '../../spec/embeddings.js';
import type { JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError, RequestUnreadableError, UnsupportedFieldError } from '../../spec/loss-report.js';
import { geminiEmbeddingsInbound } from './gemini-embeddings-inbound.js';
import { geminiEmbeddingsProvider } from './gemini-embeddings-provider.js';
import { vertexEmbedContentProvider } from './vertex-embed-content-provider.js';
import { vertexBatchEmbeddingsProvider, vertexEmbeddingsProvider } from './vertex-embeddings-provider.js';

const { embedContent, batchEmbedContents } = geminiEmbeddingsInbound;
const REQUEST: EmbeddingsRequest = {
  inputs: ['a'],
  dimensions: 256,
  encoding: 'float',
  taskType: 'RETRIEVAL_DOCUMENT',
  title: 'T',
  unknownNames: [],
};

function write(
  codec: ProviderEmbeddingsCodec,
  request: Partial<EmbeddingsRequest> = {},
): { body: JsonObject; losses: string[] } {
  const losses: string[] = [];
  const context = { model: 'gemini-embedding-001', losses: { drop: (field: string) => losses.push(field) } };
  return { body: codec.writeRequest({ ...REQUEST, ...request }, context), losses };
}

function content(...texts: string[]): JsonObject {
  return { parts: texts.map((text) => ({ text })) };
}

function refusal(body: JsonObject, codec = batchEmbedContents): string {
  try {
    codec.readRequest(body);
    return 'not refused';
  } catch (error) {
    return error instanceof RequestUnreadableError ? error.field : String(error);
  }
}

describe("a client's request for Gemini embeddings", () => {
  it('is read from embedContent, in both spellings', () => {
    const body = {
      model: 'models/x',
      content: content('a', 'b'),
      taskType: 'RETRIEVAL_QUERY',
      outputDimensionality: 64,
    };
    const expected = {
      inputs: ['a\nb'],
      dimensions: 64,
      encoding: 'float',
      taskType: 'RETRIEVAL_QUERY',
      unknownNames: ['odd'],
    };
    expect(embedContent.readRequest({ ...body, odd: 1 })).toEqual(expected);
    const { taskType, outputDimensionality, ...rest } = body;
    const snake = { ...rest, task_type: taskType, output_dimensionality: outputDimensionality, odd: 1 };
    expect(embedContent.readRequest(snake)).toEqual(expected);
  });

  it('is read from batchEmbedContents, whose requests must ask for the same', () => {
    const request = (text: string, more: JsonObject = {}): JsonObject => ({
      model: 'models/x',
      content: content(text),
      ...more,
    });
    expect(
      batchEmbedContents.readRequest({
        requests: [request('a', { title: 'A' }), request('b', { title: 'B', odd: 1 })],
      }),
    ).toEqual({
      inputs: ['a', 'b'],
      encoding: 'float',
      unknownNames: ['requests.odd', 'requests.title'],
    });
    expect(refusal({ requests: [request('a'), request('b', { taskType: 'CLUSTERING' })] })).toBe('requests.1.taskType');
    expect(refusal({ requests: [request('a', { outputDimensionality: 1 }), request('b')] })).toBe(
      'requests.1.outputDimensionality',
    );
  });

  it.each([
    [{}, 'requests'],
    [{ requests: [1] }, 'requests.0'],
    [{ requests: [{}] }, 'requests.0.content'],
    [{ requests: [{ content: {} }] }, 'requests.0.content.parts'],
    [{ requests: [{ content: { parts: [{ inlineData: {} }] } }] }, 'requests.0.content.parts.0'],
    [{ requests: [{ content: content('a'), outputDimensionality: 'x' }] }, 'requests.0.outputDimensionality'],
  ])('is refused when it is %j', (body, field) => {
    expect(refusal(body)).toBe(field);
  });

  it('throws nothing but its own error, whatever comes in', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (first, second) => {
        const requests = { requests: [{ content: first, title: second }, second] } as JsonObject;
        expect(refusal(requests)).toMatch(/^(not refused|requests)/);
        expect(refusal({ content: first } as JsonObject, embedContent)).toMatch(/^(not refused|content)/);
      }),
      { numRuns: 200 },
    );
  });

  it('is answered in the shape of its method', () => {
    const context = { model: 'x', request: REQUEST };
    const vectors = [[1, 2], [3]];
    expect(embedContent.writeAnswer({ vectors, inputTokens: undefined }, context)).toEqual({
      embedding: { values: [1, 2] },
    });
    expect(batchEmbedContents.writeAnswer({ vectors, inputTokens: 4 }, context)).toEqual({
      embeddings: [{ values: [1, 2] }, { values: [3] }],
      usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 },
    });
  });
});

describe('a request for embeddings written for Google', () => {
  it('names the model in every request of a batch on the Gemini API', () => {
    expect(write(geminiEmbeddingsProvider, { inputs: ['a', 'b'], user: 'u' })).toEqual({
      body: {
        requests: ['a', 'b'].map((text) => ({
          model: 'models/gemini-embedding-001',
          content: { parts: [{ text }] },
          taskType: 'RETRIEVAL_DOCUMENT',
          title: 'T',
          outputDimensionality: 256,
        })),
      },
      losses: ['user'],
    });
    expect(geminiEmbeddingsProvider.inputsMax).toBe(100);
  });

  it('has instances on Vertex, one per call where a model takes no more', () => {
    expect(write(vertexEmbeddingsProvider).body).toEqual({
      instances: [{ content: 'a', task_type: 'RETRIEVAL_DOCUMENT', title: 'T' }],
      parameters: { outputDimensionality: 256 },
    });
    expect([vertexEmbeddingsProvider.inputsMax, vertexBatchEmbeddingsProvider.inputsMax]).toEqual([1, 5]);
  });

  it("has one content for Vertex's newer models", () => {
    expect(write(vertexEmbedContentProvider).body).toEqual({
      content: { parts: [{ text: 'a' }] },
      embedContentConfig: { taskType: 'RETRIEVAL_DOCUMENT', title: 'T', outputDimensionality: 256 },
    });
  });

  it('says no more than the client', () => {
    const plain: EmbeddingsRequest = { inputs: ['a'], encoding: 'base64', unknownNames: [] };
    const context = { model: 'm', losses: { drop: () => undefined } };
    expect(geminiEmbeddingsProvider.writeRequest(plain, context)).toEqual({
      requests: [{ model: 'models/m', content: { parts: [{ text: 'a' }] } }],
    });
    expect(vertexEmbeddingsProvider.writeRequest(plain, context)).toEqual({ instances: [{ content: 'a' }] });
    expect(vertexEmbedContentProvider.writeRequest(plain, context)).toEqual({ content: { parts: [{ text: 'a' }] } });
  });

  it('cannot be made of tokens', () => {
    for (const codec of [geminiEmbeddingsProvider, vertexEmbeddingsProvider, vertexEmbedContentProvider]) {
      expect(() => write(codec, { inputs: [[1, 2]] })).toThrow(UnsupportedFieldError);
    }
  });
});

describe("Google's embeddings", () => {
  it('are read in order, with tokens where they are told', () => {
    expect(geminiEmbeddingsProvider.readAnswer({ embeddings: [{ values: [1] }, { values: [2, 3] }] })).toEqual({
      vectors: [[1], [2, 3]],
      inputTokens: undefined,
    });
    const prediction = (token_count?: number): JsonObject => ({
      embeddings: { values: [1], statistics: token_count === undefined ? {} : { token_count } },
    });
    expect(vertexEmbeddingsProvider.readAnswer({ predictions: [prediction(2), prediction(3)] }).inputTokens).toBe(5);
    expect(
      vertexEmbeddingsProvider.readAnswer({ predictions: [prediction(2), prediction()] }).inputTokens,
    ).toBeUndefined();
    expect(
      vertexEmbedContentProvider.readAnswer({ embedding: { values: [1] }, usageMetadata: { promptTokenCount: 2 } }),
    ).toEqual({ vectors: [[1]], inputTokens: 2 });
  });

  it('are none when a vector is missing or holds anything but numbers', () => {
    const bodies = [{}, { embeddings: [{}] }, { embeddings: [{ values: [] }] }, { embeddings: [{ values: [1, 'x'] }] }];
    for (const body of bodies)
      expect(() => geminiEmbeddingsProvider.readAnswer(body as JsonObject)).toThrow(AnswerUnreadableError);
    for (const body of [{}, { predictions: [{ embeddings: {} }] }]) {
      expect(() => vertexEmbeddingsProvider.readAnswer(body)).toThrow(AnswerUnreadableError);
    }
    expect(() => vertexEmbedContentProvider.readAnswer({})).toThrow(AnswerUnreadableError);
  });
});
