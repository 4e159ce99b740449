import { z } from 'zod';

import { externalIdField, idempotencyHeaders, idParams, pageOf, pageQueryFields } from '../management/fields.js';
import { defineRoute } from '../management/route.js';
import {
  createVirtualKeySchema,
  disableVirtualKeySchema,
  updateVirtualKeySchema,
  virtualKeySchema,
  virtualKeySpendSchema,
} from './virtual-key.schema.js';
import { propagationSchema, waitQuery } from './wait-query.js';

const tag = 'Virtual keys';
const one = z.object({ virtual_key: virtualKeySchema });
const propagation = propagationSchema.optional().describe('Present when the request said `wait=true`.');
const oneAndPropagation = one.extend({ propagation });
const withSecret = z.object({
  virtual_key: virtualKeySchema,
  secret: z.string().describe('The whole key. It is shown here and never again.'),
});
const instantMs = z.coerce.number().int().min(0).max(8_640_000_000_000_000);

export const listVirtualKeysRoute = defineRoute({
  method: 'GET',
  path: '/virtual-keys',
  operationId: 'listVirtualKeys',
  tag,
  summary: 'List virtual keys, the newest first',
  status: 200,
  query: z.strictObject({ ...pageQueryFields, external_id: externalIdField.optional() }),
  response: pageOf(virtualKeySchema),
  refusals: ['invalid_cursor'],
});

export const createVirtualKeyRoute = defineRoute({
  method: 'POST',
  path: '/virtual-keys',
  operationId: 'createVirtualKey',
  tag,
  summary: 'Create a virtual key, and its budget, at once',
  description:
    'The answer is the only place where the secret appears; a repeat with the same Idempotency-Key shows it again for 24 hours.',
  status: 201,
  headers: idempotencyHeaders,
  body: createVirtualKeySchema,
  response: withSecret,
  refusals: [
    'not_supported_yet',
    'trace_project_required',
    'gateway_trace_project_ambiguous',
    'gateway_trace_project_unknown',
    'virtual_key_expiry_in_past',
    'external_id_conflict',
    'idempotency_error',
  ],
  example: {
    name: 'checkout service',
    trace_project_id: 'project_01HZX9N4Q2V8K3M5T7W9Y1A2B3',
    routing_mode: 'fallback_all',
    budget: { limit_usd: '25.00', window: 'month', on_breach: 'block' },
    config: { modelsAllowed: ['gpt-5*'], rateLimits: { rpm: 600 } },
  },
});

export const getVirtualKeyRoute = defineRoute({
  method: 'GET',
  path: '/virtual-keys/:id',
  operationId: 'getVirtualKey',
  tag,
  summary: 'Read a virtual key',
  status: 200,
  params: idParams,
  response: one,
});

export const updateVirtualKeyRoute = defineRoute({
  method: 'PATCH',
  path: '/virtual-keys/:id',
  operationId: 'updateVirtualKey',
  tag,
  summary: 'Change a virtual key',
  description: 'Absent fields stay. `config` is merged field by field, `scopes` and `metadata` are replaced whole.',
  status: 200,
  params: idParams,
  body: updateVirtualKeySchema,
  response: one,
  refusals: [
    'not_supported_yet',
    'trace_project_required',
    'gateway_trace_project_ambiguous',
    'gateway_trace_project_unknown',
    'virtual_key_expiry_in_past',
    'external_id_conflict',
    'virtual_key_revoked',
  ],
  example: { config: { rateLimits: { rpm: 1200 } }, expires_at: null },
});

export const rotateVirtualKeyRoute = defineRoute({
  method: 'POST',
  path: '/virtual-keys/:id/rotate',
  operationId: 'rotateVirtualKey',
  tag,
  summary: 'Give a virtual key a new secret',
  description: 'The old secret works for another 24 hours. A second rotation within them ends the oldest one at once.',
  status: 200,
  params: idParams,
  query: waitQuery,
  response: withSecret.extend({ propagation }),
  refusals: ['virtual_key_revoked'],
});

export const disableVirtualKeyRoute = defineRoute({
  method: 'POST',
  path: '/virtual-keys/:id/disable',
  operationId: 'disableVirtualKey',
  tag,
  summary: 'Disable a virtual key until it is enabled again',
  status: 200,
  params: idParams,
  query: waitQuery,
  body: disableVirtualKeySchema,
  response: oneAndPropagation,
  refusals: ['virtual_key_revoked'],
  example: { reason: 'spends too fast' },
});

export const enableVirtualKeyRoute = defineRoute({
  method: 'POST',
  path: '/virtual-keys/:id/enable',
  operationId: 'enableVirtualKey',
  tag,
  summary: 'Enable a disabled virtual key',
  status: 200,
  params: idParams,
  response: one,
  refusals: ['virtual_key_revoked'],
});

export const revokeVirtualKeyRoute = defineRoute({
  method: 'POST',
  path: '/virtual-keys/:id/revoke',
  operationId: 'revokeVirtualKey',
  tag,
  summary: 'Revoke a virtual key for good',
  description: 'Also ends a secret that is still in its rotation grace, and archives the budgets of the key.',
  status: 200,
  params: idParams,
  query: waitQuery,
  response: oneAndPropagation,
});

export const virtualKeySpendRoute = defineRoute({
  method: 'GET',
  path: '/virtual-keys/:id/spend',
  operationId: 'getVirtualKeySpend',
  tag,
  summary: 'Sum what a virtual key spent in a window of time',
  status: 200,
  params: idParams,
  query: z.strictObject({
    from: instantMs.describe('Milliseconds since the epoch, inclusive.'),
    to: instantMs.describe('Milliseconds since the epoch, exclusive.'),
  }),
  response: virtualKeySpendSchema,
});
