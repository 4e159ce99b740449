import { z } from 'zod';

import { requestExplanationSchema, spendUsageSchema } from '#gateway-protocol';

import { shownInstant } from '../management/fields.js';

const amountField = z.union([z.int(), z.string()]);
const cost = {
  cost_usd: z.string().nullable().describe('Decimal dollars; null while there is no known price.'),
  cost_nano_usd: amountField.nullable().describe('A string beyond 2^53.'),
};

/** What one attempt that had a price of its own consumed and cost. */
const lineSchema = z.object({
  id: z.string().describe('The id of the request; side attempts carry a number after it, `req_….1`.'),
  role: z
    .enum(['answer', 'side'])
    .describe('`side`: an attempt that the client’s answer did not come from, such as a hedge or a shadow.'),
  model: z.string().nullable(),
  model_provider_id: z.string().nullable(),
  outcome: z.enum(['confirmed', 'failed']).nullable().describe('null while it is under way.'),
  ...cost,
  pricing: z
    .enum(['priced', 'default', 'unpriced'])
    .nullable()
    .describe('`default`: by a default price; `unpriced`: nobody knows the price, which is not zero.'),
  price_id: z.string().nullable(),
  usage: spendUsageSchema,
  usage_estimated: z.boolean().describe('The provider did not report it, so the gateway counted.'),
});
export type RequestLineView = z.output<typeof lineSchema>;

const { candidates, attempts } = requestExplanationSchema.shape;

/** What became of one request, and why. It holds nothing of what was asked or answered. */
export const explainedRequestSchema = z
  .object({
    id: z.string().describe('As the client got it in `X-LangWatch-Gateway-Request-Id`.'),
    virtual_key: z
      .object({ id: z.string(), display_prefix: z.string().nullable(), name: z.string().nullable() })
      .nullable()
      .describe('Who asked.'),
    project_id: z.string(),
    principal_user_id: z.string().nullable(),
    end_user_id: z.string().nullable(),
    trace_id: z.string().nullable(),
    request_type: z.string().nullable(),
    admitted_at: shownInstant.nullable(),
    ended_at: shownInstant.nullable().describe('null while it is under way.'),
    duration_ms: z.int().nullable(),
    outcome: z.enum(['confirmed', 'failed']).nullable(),
    error: z.object({ type: z.string(), http_status: z.int() }).nullable(),
    requested_model: z.string().nullable().describe('As the client named it.'),
    resolved_model: z.string().nullable().describe('What the name was read as.'),
    routing: z
      .object({
        inbound_dialect: z.string(),
        strategy: z.string().describe('Of the routing policy, else the routing mode of the key.'),
        policy_name: z.string().nullable(),
        candidates: candidates.describe('Who was considered, in which place, or why not.'),
        attempts: attempts.describe('Who was asked, when after the start, for how long, and what came of it.'),
        dropped_fields: z.array(z.string()).describe('What the provider could not be given.'),
        resumed: z.string().nullable().describe('Whether another candidate completed the answer.'),
        streamed: z.boolean().nullable(),
      })
      .nullable()
      .describe('null when the gateway did not say, or said so longer ago than explanations are kept.'),
    ...cost,
    unpriced_lines: z.int().describe('Lines without a known price; what they cost is not in the sum.'),
    lines: z.array(lineSchema).describe('What the sum is made of: the answer first.'),
  })
  .meta({ id: 'ExplainedRequest' });
export type ExplainedRequest = z.output<typeof explainedRequestSchema>;
