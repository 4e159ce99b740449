import { z } from 'zod';
import { asString } from '../../../json/read-json.js';
import { tokensOf } from '../../model/usage-figures.js';
import { fakeVector } from '../fake-vector.js';
import { parseBody } from '../parse-body.js';
import type { DocumentEndpoint } from '../wire.js';
import { checkAzureCall, deploymentOf } from './azure.js';
import { OPENAI_VENDOR } from './openai-vendor.js';

const schema = z.strictObject({
  model: z.string().optional(),
  input: z.union([
    z.string().min(1, 'input cannot be an empty string'),
    z.array(z.string().min(1)).min(1),
    z.array(z.int()).min(1),
    z.array(z.array(z.int()).min(1)).min(1),
  ]),
  dimensions: z.int().min(1).optional(),
  encoding_format: z.enum(['float', 'base64']).optional(),
  user: z.string().optional(),
  // Voyage speaks the same with a few words more.
  input_type: z.string().nullish(),
  truncation: z.boolean().optional(),
  output_dimension: z.int().optional(),
  output_dtype: z.string().optional(),
});

/** OpenAI's `POST /v1/embeddings`, Azure's and Voyage's. */
export const OPENAI_EMBEDDINGS: DocumentEndpoint = {
  kind: 'document',
  vendor: OPENAI_VENDOR,
  model: (call) => deploymentOf(call) ?? asString(call.member('model')) ?? '',
  document(call) {
    checkAzureCall(call);
    const body = parseBody(schema, call, OPENAI_VENDOR);
    const inputs = textsOf(body.input);
    const dimensions = body.dimensions ?? body.output_dimension;
    const data = inputs.map((text, index) => {
      const vector = fakeVector(text, dimensions);
      const embedding = body.encoding_format === 'base64' ? base64Of(vector) : vector;
      return { object: 'embedding', index, embedding };
    });
    const tokens = inputs.reduce((sum, text) => sum + tokensOf(text), 0);
    const usage = { prompt_tokens: tokens, total_tokens: tokens };
    return { object: 'list', data, model: this.model(call), usage };
  },
};

/** One text per input; tokens stand for themselves. */
function textsOf(input: z.output<typeof schema>['input']): string[] {
  if (typeof input === 'string') return [input];
  if (input.every((one) => typeof one === 'number')) return [input.join(' ')];
  return input.map((one) => (typeof one === 'string' ? one : [one].flat().join(' ')));
}

function base64Of(vector: readonly number[]): string {
  return Buffer.from(new Float32Array(vector).buffer).toString('base64');
}
