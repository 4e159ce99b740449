import { z } from 'zod';

import { idempotencyHeaders, idParams, pageOf, pageQueryFields } from '../management/fields.js';
import { defineRoute } from '../management/route.js';
import {
  createModelProviderSchema,
  disableModelProviderSchema,
  modelProviderSchema,
  updateModelProviderSchema,
} from './model-provider.schema.js';

const tag = 'Model providers';
const one = z.object({ model_provider: modelProviderSchema });

export const listModelProvidersRoute = defineRoute({
  method: 'GET',
  path: '/model-providers',
  operationId: 'listModelProviders',
  tag,
  summary: 'List model providers, the newest first',
  status: 200,
  query: z.strictObject(pageQueryFields),
  response: pageOf(modelProviderSchema),
  refusals: ['invalid_cursor'],
});

export const createModelProviderRoute = defineRoute({
  method: 'POST',
  path: '/model-providers',
  operationId: 'createModelProvider',
  tag,
  summary: 'Create a model provider',
  description: 'Credentials are sealed at rest and never shown again; reads carry masked hints.',
  status: 201,
  headers: idempotencyHeaders,
  body: createModelProviderSchema,
  response: one,
  refusals: ['conflict', 'idempotency_error'],
  example: { name: 'OpenAI production', type: 'openai', credentials: { api_key: 'sk-…' }, models: ['gpt-5-mini'] },
});

export const getModelProviderRoute = defineRoute({
  method: 'GET',
  path: '/model-providers/:id',
  operationId: 'getModelProvider',
  tag,
  summary: 'Read a model provider',
  status: 200,
  params: idParams,
  response: one,
});

export const updateModelProviderRoute = defineRoute({
  method: 'PATCH',
  path: '/model-providers/:id',
  operationId: 'updateModelProvider',
  tag,
  summary: 'Change a model provider',
  description: 'Absent fields stay; maps and lists are replaced whole. Type and scope are fixed.',
  status: 200,
  params: idParams,
  body: updateModelProviderSchema,
  response: one,
  refusals: ['conflict'],
  example: { credentials: { api_key: 'sk-…' } },
});

export const archiveModelProviderRoute = defineRoute({
  method: 'DELETE',
  path: '/model-providers/:id',
  operationId: 'archiveModelProvider',
  tag,
  summary: 'Archive a model provider and destroy its credentials',
  status: 200,
  params: idParams,
  response: one,
});

export const enableModelProviderRoute = defineRoute({
  method: 'POST',
  path: '/model-providers/:id/enable',
  operationId: 'enableModelProvider',
  tag,
  summary: 'Enable a disabled model provider',
  status: 200,
  params: idParams,
  response: one,
});

export const disableModelProviderRoute = defineRoute({
  method: 'POST',
  path: '/model-providers/:id/disable',
  operationId: 'disableModelProvider',
  tag,
  summary: 'Take a model provider out of every key’s reach until it is enabled again',
  status: 200,
  params: idParams,
  body: disableModelProviderSchema,
  response: one,
  example: { reason: 'the vendor has an incident' },
});
