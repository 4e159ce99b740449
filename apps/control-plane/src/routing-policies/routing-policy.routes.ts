import { z } from 'zod';

import { idempotencyHeaders, idParams, pageOf, pageQueryFields } from '../management/fields.js';
import { defineRoute } from '../management/route.js';
import { createRoutingPolicySchema, routingPolicySchema, updateRoutingPolicySchema } from './routing-policy.schema.js';

const tag = 'Routing policies';
const one = z.object({ routing_policy: routingPolicySchema });

export const listRoutingPoliciesRoute = defineRoute({
  method: 'GET',
  path: '/routing-policies',
  operationId: 'listRoutingPolicies',
  tag,
  summary: 'List routing policies, the newest first',
  status: 200,
  query: z.strictObject(pageQueryFields),
  response: pageOf(routingPolicySchema),
  refusals: ['invalid_cursor'],
});

export const createRoutingPolicyRoute = defineRoute({
  method: 'POST',
  path: '/routing-policies',
  operationId: 'createRoutingPolicy',
  tag,
  summary: 'Create a routing policy',
  description: 'Keys follow it once their `routing_policy_id` names it.',
  status: 201,
  headers: idempotencyHeaders,
  body: createRoutingPolicySchema,
  response: one,
  refusals: ['idempotency_error'],
  example: {
    name: 'chat, in Europe only',
    strategy: 'fallback',
    targets: [
      { modelProviderId: 'mp_01HZX9N4Q2V8K3M5T7W9Y1A2B3' },
      { modelProviderId: 'mp_01HZX9N4Q2V8K3M5T7W9Y1A2B3', model: 'gpt-5-mini', whenModels: ['gpt-5*'] },
    ],
    requiredLabels: ['region:eu'],
    outcomes: { content_filter: 'next' },
    timeLimitsMs: { firstToken: 10_000 },
    resume: 'continue',
  },
});

export const getRoutingPolicyRoute = defineRoute({
  method: 'GET',
  path: '/routing-policies/:id',
  operationId: 'getRoutingPolicy',
  tag,
  summary: 'Read a routing policy',
  status: 200,
  params: idParams,
  response: one,
});

export const updateRoutingPolicyRoute = defineRoute({
  method: 'PATCH',
  path: '/routing-policies/:id',
  operationId: 'updateRoutingPolicy',
  tag,
  summary: 'Change a routing policy, for all keys that follow it',
  description: 'Absent fields stay, null puts a field back to its default; lists and objects are replaced whole.',
  status: 200,
  params: idParams,
  body: updateRoutingPolicySchema,
  response: one,
  example: { strategy: 'least_latency', hedgeAfterMs: 0 },
});

export const archiveRoutingPolicyRoute = defineRoute({
  method: 'DELETE',
  path: '/routing-policies/:id',
  operationId: 'archiveRoutingPolicy',
  tag,
  summary: 'Archive a routing policy',
  description: 'Keys that follow it get the routing mode `none` at once: they try one model provider in their reach.',
  status: 200,
  params: idParams,
  response: one.extend({
    virtual_keys_moved: z.int().describe('How many keys followed it.'),
  }),
});
