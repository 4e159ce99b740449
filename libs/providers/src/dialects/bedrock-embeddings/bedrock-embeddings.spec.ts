import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EmbeddingsRequest } from '../../spec/embeddings.js';
import type { JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError, UnsupportedFieldError } from '../../spec/loss-report.js';
import { cohereEmbeddings } from './cohere-embeddings.js';
import { bedrockEmbeddingsCodec } from './embeddings-codec.js';
import { titanEmbeddings } from './titan-embeddings.js';

const TITAN = 'amazon.titan-embed-text-v2:0';
const COHERE_V3 = 'cohere.embed-multilingual-v3';
const COHERE_V4 = 'us.cohere.embed-v4:0';

function request(rest: Partial<EmbeddingsRequest> = {}): EmbeddingsRequest {
  return { inputs: ['a'], encoding: 'float', unknownNames: [], ...rest };
}

function write(model: string, asked: EmbeddingsRequest) {
  const lost: string[] = [];
  const losses = { drop: (field: string) => lost.push(field) };
  return { body: bedrockEmbeddingsCodec(model)?.writeRequest(asked, { model, losses }), lost };
}

describe('bedrockEmbeddingsCodec', () => {
  it('is chosen by the id of the model, with or without a region, or by its ARN', () => {
    expect(bedrockEmbeddingsCodec(TITAN)).toBe(titanEmbeddings);
    expect(bedrockEmbeddingsCodec(COHERE_V4)).toBe(cohereEmbeddings);
    expect(bedrockEmbeddingsCodec(`arn:aws:bedrock:us-east-1::foundation-model/${COHERE_V3}`)).toBe(cohereEmbeddings);
    expect(bedrockEmbeddingsCodec('us.anthropic.claude-sonnet-4-5')).toBeUndefined();
    expect(bedrockEmbeddingsCodec('amazon.titan-embed-image-v1')).toBeUndefined();
  });

  it('gives Titan one text per call', () => {
    expect(titanEmbeddings.inputsMax).toBe(1);
    expect(write(TITAN, request({ dimensions: 512 })).body).toEqual({ inputText: 'a', dimensions: 512 });
  });

  it('gives Cohere many, and always says what they are for', () => {
    expect(cohereEmbeddings.inputsMax).toBe(96);
    expect(write(COHERE_V3, request({ inputs: ['a', 'b'] })).body).toEqual({
      texts: ['a', 'b'],
      input_type: 'search_document',
      embedding_types: ['float'],
    });
    expect(write(COHERE_V4, request({ taskType: 'RETRIEVAL_QUERY', dimensions: 256 })).body).toEqual({
      texts: ['a'],
      input_type: 'search_query',
      embedding_types: ['float'],
      output_dimension: 256,
    });
  });

  it('refuses a length that the model cannot make, and no other', () => {
    expect(() => write(COHERE_V3, request({ dimensions: 256 }))).toThrow(UnsupportedFieldError);
    expect(write(COHERE_V3, request({ dimensions: 1024 })).body).not.toHaveProperty('output_dimension');
    expect(() => write('amazon.titan-embed-text-v1', request({ dimensions: 256 }))).toThrow(UnsupportedFieldError);
  });

  it('refuses tokens', () => {
    for (const model of [TITAN, COHERE_V3]) {
      expect(() => write(model, request({ inputs: [[1, 2]] }))).toThrow(UnsupportedFieldError);
    }
  });

  it('reports what has no name there', () => {
    const asked = request({ user: 'u', title: 't', taskType: 'SOMETHING_NEW', unknownNames: ['x'] });
    for (const model of [TITAN, COHERE_V3])
      expect(write(model, asked).lost).toEqual(['user', 'title', 'x', 'task_type']);
  });

  it('reads the vectors of every form of answer', () => {
    expect(titanEmbeddings.readAnswer({ embedding: [1, 2], inputTextTokenCount: 3 })).toEqual({
      vectors: [[1, 2]],
      inputTokens: 3,
    });
    const vectors = [[1], [2]];
    for (const embeddings of [vectors, { float: vectors }]) {
      expect(cohereEmbeddings.readAnswer({ embeddings })).toEqual({ vectors, inputTokens: undefined });
    }
  });

  it('throws its declared error for every other body', () => {
    const embedding = fc.jsonValue().filter((value) => !Array.isArray(value));
    fc.assert(
      fc.property(embedding, (value) => {
        const body = { embedding: value, embeddings: value } as JsonObject;
        for (const codec of [titanEmbeddings, cohereEmbeddings]) {
          expect(() => codec.readAnswer(body)).toThrow(AnswerUnreadableError);
        }
      }),
    );
    expect(() => titanEmbeddings.readAnswer({ embedding: [1, null] })).toThrow(AnswerUnreadableError);
    expect(() => cohereEmbeddings.readAnswer({ embeddings: [[1], 'a'] })).toThrow(AnswerUnreadableError);
  });
});
