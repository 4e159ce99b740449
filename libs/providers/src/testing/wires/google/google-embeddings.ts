import { z } from 'zod';
import { tokensOf } from '../../model/usage-figures.js';
import type { Call } from '../call.js';
import { fakeVector } from '../fake-vector.js';
import { parseValue } from '../parse-body.js';
import type { DocumentEndpoint } from '../wire.js';
import { embedContentSchema } from './gemini-schema.js';
import { modelInPath } from './gemini-wire.js';
import { GOOGLE_VENDOR } from './google-vendor.js';
import { bodyOf } from './read-gemini-request.js';
import { refuse } from './check-contents.js';

const BATCH_MAX = 100;

const batchSchema = z.strictObject({ requests: z.array(embedContentSchema).min(1).max(BATCH_MAX) });

const predictSchema = z.strictObject({
  instances: z
    .array(
      z.strictObject({
        content: z.string().min(1),
        taskType: z.string().optional(),
        title: z.string().optional(),
        mimeType: z.string().optional(),
      }),
    )
    .min(1)
    .max(250),
  parameters: z.unknown().optional(),
});

const parametersSchema = z.strictObject({
  outputDimensionality: z.int().min(1).optional(),
  autoTruncate: z.boolean().optional(),
});

/** Google's `models/{model}:embedContent`. */
export const GEMINI_EMBED_CONTENT = endpoint((call) => {
  const body = parseValue(embedContentSchema, bodyOf(call), GOOGLE_VENDOR);
  return { embedding: { values: vectorOf(body) } };
});

/** Google's `models/{model}:batchEmbedContents`. */
export const GEMINI_BATCH_EMBED_CONTENTS = endpoint((call) => {
  const { requests } = parseValue(batchSchema, bodyOf(call), GOOGLE_VENDOR);
  for (const [index, { model }] of requests.entries()) {
    if (model?.startsWith('models/') === true) continue;
    throw refuse(`* BatchEmbedContentsRequest.requests[${index}].model: unexpected model name format`);
  }
  return { embeddings: requests.map((request) => ({ values: vectorOf(request) })) };
});

/** Vertex AI's `models/{model}:predict` for texts. */
export const VERTEX_PREDICT = endpoint((call) => {
  const { instances, parameters = {} } = parseValue(predictSchema, bodyOf(call), GOOGLE_VENDOR);
  // `parameters` is opaque where functions are declared, so its names were left as they are.
  const { outputDimensionality } = parseValue(parametersSchema, parameters, GOOGLE_VENDOR, ['parameters']);
  return {
    predictions: instances.map(({ content }) => ({
      embeddings: {
        values: fakeVector(content, outputDimensionality),
        statistics: { truncated: false, token_count: tokensOf(content) },
      },
    })),
    metadata: { billableCharacterCount: instances.reduce((sum, { content }) => sum + content.length, 0) },
  };
});

function endpoint(document: (call: Call) => object): DocumentEndpoint {
  return { kind: 'document', vendor: GOOGLE_VENDOR, model: modelInPath, document };
}

function vectorOf({ content, outputDimensionality }: z.output<typeof embedContentSchema>): number[] {
  return fakeVector(content.parts.map(({ text }) => text).join(' '), outputDimensionality);
}
