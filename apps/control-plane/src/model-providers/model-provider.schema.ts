import { z } from 'zod';

import { modelPriceSchema } from '#gateway-protocol';

import { idField, nameField, reasonField, scopeSchema, shownInstant } from '../management/fields.js';
import { labelsField } from '../management/labels-field.js';

const MODELS_MAX = 1000;
const NAME_CHARACTERS_MAX = 256;
const PRIORITY_MAX = 1_000_000;

const modelName = z.string().trim().min(1).max(NAME_CHARACTERS_MAX);

/** Integer nano-USD per million tokens: 2.50 dollars per million tokens are 2500000000. */
const priceField = z
  .strictObject(modelPriceSchema.shape)
  .describe('Integer nano-USD per million tokens: 2.50 dollars per million are 2500000000.');

const handleField = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be letters, digits, dots, dashes and underscores, 64 at most')
  .describe('A request pins this row with `<handle>/<model>`. Unique in the organization; no name of a vendor.');

const atMost = (max: number) => (entries: Readonly<Record<string, unknown>>) => Object.keys(entries).length <= max;

const modelsField = z
  .array(modelName)
  .max(MODELS_MAX)
  .transform((models) => [...new Set(models)])
  .describe('Models that the row declares to serve; empty when it declares none.');
const deploymentMapField = z
  .record(modelName, z.string().trim().min(1).max(2048))
  .refine(atMost(MODELS_MAX), `at most ${MODELS_MAX} entries`)
  .describe('Model name to deployment (Azure) or inference profile (Bedrock).');
const pricesField = z
  .record(modelName, priceField)
  .refine(atMost(MODELS_MAX), `at most ${MODELS_MAX} entries`)
  .describe('Prices of models on this row; they win over the price book.');
const defaultPriceField = priceField.describe('The price of any model of this row that has no other price.');
const baseUrlField = z.string().trim().min(1).max(2048).describe('An endpoint of your own instead of the vendor’s.');
const regionField = z.string().trim().min(1).max(64);
const priorityField = z.int().min(0).max(PRIORITY_MAX).describe('Dispatch order: lower first, then the older row.');
const providerLabelsField = labelsField.describe(
  'What a routing policy may demand of a model provider, such as `region:eu`.',
);
const credentialsField = z
  .record(z.string(), z.unknown())
  .describe(
    'By vendor: `api_key`; openai also `organization`, `project`; custom `auth_header`, `auth_scheme`; azure ' +
      '`endpoint`, `api_version`, `default_deployment`, and for Entra ID `tenant_id`, `client_id`, `client_secret`; ' +
      'bedrock `access_key`, `secret_key`, `session_token`, `region`; gemini `project_id`, `region`; vertex ' +
      '`project_id`, `region`, `auth_credentials`. Write-only.',
  );

/** A model provider as the API shows it. Of its credentials it shows names and last characters. */
export const modelProviderSchema = z
  .object({
    id: z.string(),
    organization_id: z.string(),
    name: z.string(),
    type: z.string(),
    scope: scopeSchema,
    handle: z.string().nullable(),
    base_url: z.string().nullable(),
    region: z.string().nullable(),
    models: z.array(z.string()),
    deployment_map: z.record(z.string(), z.string()),
    credential_hints: z.record(z.string(), z.string()).describe('The credentials that are set, masked.'),
    prices: z.record(z.string(), priceField),
    default_price: priceField.nullable(),
    labels: z.array(z.string()),
    priority: z.int(),
    enabled: z.boolean(),
    revision: z.string(),
    created_at: shownInstant,
    updated_at: shownInstant,
    archived_at: shownInstant.nullable(),
  })
  .meta({ id: 'ModelProvider' });
export type ModelProviderView = z.output<typeof modelProviderSchema>;

export const createModelProviderSchema = z.strictObject({
  name: nameField,
  type: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .describe(
      'The vendor, such as openai, anthropic, gemini, azure, bedrock, vertex, groq or mistral; `custom` is any ' +
        'OpenAI-compatible endpoint. The refusal of an unknown vendor lists those that are known.',
    ),
  scope: z
    .strictObject({ scope_type: z.enum(['organization', 'team', 'project']), scope_id: idField.optional() })
    .default({ scope_type: 'organization' })
    .describe('Keys at this scope and below reach the row. Default: the organization.'),
  handle: handleField.nullish(),
  base_url: baseUrlField.nullish(),
  region: regionField.nullish(),
  models: modelsField.default([]),
  deployment_map: deploymentMapField.default({}),
  credentials: credentialsField.default({}),
  prices: pricesField.default({}),
  default_price: defaultPriceField.nullish(),
  labels: providerLabelsField.default([]),
  priority: priorityField.default(100),
  enabled: z.boolean().default(true),
});
export type CreateModelProvider = z.output<typeof createModelProviderSchema>;

export const updateModelProviderSchema = z.strictObject({
  name: nameField.optional(),
  handle: handleField.nullish(),
  base_url: baseUrlField.nullish().describe('Needs `credentials` beside it: a stored secret never goes to a new host.'),
  region: regionField.nullish(),
  models: modelsField.optional(),
  deployment_map: deploymentMapField.optional(),
  credentials: credentialsField.optional().describe('Replaces the credentials whole.'),
  prices: pricesField.optional(),
  default_price: defaultPriceField.nullish(),
  labels: providerLabelsField.optional(),
  priority: priorityField.optional(),
  enabled: z.boolean().optional(),
});
export type UpdateModelProvider = z.output<typeof updateModelProviderSchema>;

export const disableModelProviderSchema = z.strictObject({ reason: reasonField.nullish() }).prefault({});
