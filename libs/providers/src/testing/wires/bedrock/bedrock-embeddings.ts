import { z } from 'zod';
import { tokensOf } from '../../model/usage-figures.js';
import type { Call } from '../call.js';
import { fakeVector } from '../fake-vector.js';
import { parseBody } from '../parse-body.js';
import type { DocumentEndpoint } from '../wire.js';
import { AWS_VENDOR } from './aws-vendor.js';
import { bedrockModelOf } from './bedrock-converse-wire.js';

const titanSchema = z.strictObject({
  inputText: z.string().min(1),
  dimensions: z.union([z.literal(256), z.literal(512), z.literal(1024)]).optional(),
  normalize: z.boolean().optional(),
  embeddingTypes: z.array(z.enum(['float', 'binary'])).optional(),
});

const cohereSchema = z.strictObject({
  texts: z.array(z.string().min(1)).min(1).max(96),
  input_type: z.enum(['search_document', 'search_query', 'classification', 'clustering']),
  truncate: z.enum(['NONE', 'START', 'LEFT', 'END', 'RIGHT']).optional(),
  embedding_types: z.array(z.enum(['float', 'int8', 'uint8', 'binary', 'ubinary'])).optional(),
  output_dimension: z.int().optional(),
  max_tokens: z.int().optional(),
});

/** AWS Bedrock's `/model/{id}/invoke` for the embedding models of Titan and Cohere. */
export const BEDROCK_INVOKE: DocumentEndpoint = {
  kind: 'document',
  vendor: AWS_VENDOR,
  model: bedrockModelOf,
  document: (call) => (isCohere(call) ? cohereDocument(call) : titanDocument(call)),
  headers: (call) => ({
    'x-amzn-bedrock-input-token-count': String(textsOf(call).reduce((sum, text) => sum + tokensOf(text), 0)),
    'x-amzn-bedrock-invocation-latency': '7',
  }),
};

function isCohere(call: Call): boolean {
  return bedrockModelOf(call).includes('cohere');
}

function titanDocument(call: Call): object {
  const { inputText, dimensions } = parseBody(titanSchema, call, AWS_VENDOR);
  const embedding = fakeVector(inputText, dimensions);
  return { embedding, inputTextTokenCount: tokensOf(inputText), embeddingsByType: { float: embedding } };
}

/** With types, vectors stand under each of them; without, they stand alone. */
function cohereDocument(call: Call): object {
  const { texts, embedding_types: types, output_dimension: dimensions } = parseBody(cohereSchema, call, AWS_VENDOR);
  const vectors = texts.map((text) => fakeVector(text, dimensions));
  const head = { id: 'fake', texts };
  return types === undefined
    ? { ...head, embeddings: vectors, response_type: 'embeddings_floats' }
    : { ...head, embeddings: { float: vectors }, response_type: 'embeddings_by_type' };
}

function textsOf(call: Call): string[] {
  const { inputText, texts } = { inputText: call.member('inputText'), texts: call.member('texts') };
  return [inputText, ...(Array.isArray(texts) ? texts : [])].filter((text) => typeof text === 'string');
}
