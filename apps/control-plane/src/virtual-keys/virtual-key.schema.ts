import { z } from 'zod';

import {
  descriptionField,
  externalIdField,
  idField,
  instantField,
  metadataField,
  nameField,
  reasonField,
  scopeSchema,
  shownInstant,
} from '../management/fields.js';
import { limitUsdField } from '../budgets/budget.schema.js';
import { virtualKeyConfigRequestSchema, virtualKeyConfigSchema } from './virtual-key-config.js';

const SCOPES_MAX = 50;

/** A virtual key as the API shows it. It holds no secret, at any time. */
export const virtualKeySchema = z
  .object({
    id: z.string(),
    organization_id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    status: z.enum(['active', 'disabled', 'revoked']).describe('An expired key stays `active`; see `expires_at`.'),
    purpose: z.enum(['user', 'langy']),
    display_prefix: z.string().describe('The beginning of the key, to recognise it by.'),
    principal_user_id: z.string().nullable(),
    trace_project_id: z.string().nullable().describe('The project that traces and spend of the key belong to.'),
    trace_project_archived: z.boolean(),
    external_id: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    scopes: z.array(scopeSchema),
    routing_policy_id: z.string().nullable().describe('Set when `routing_mode` is `policy`.'),
    routing_mode: z.enum(['none', 'fallback_all', 'policy']),
    config: virtualKeyConfigSchema,
    revision: z.string().describe('Moves with every effective change.'),
    disabled_reason: z.string().nullable(),
    previous_secret_expires_at: shownInstant
      .nullable()
      .describe('Until when the secret before the last rotation is accepted.'),
    created_at: shownInstant,
    updated_at: shownInstant,
    last_used_at: shownInstant.nullable(),
    revoked_at: shownInstant.nullable(),
    expires_at: shownInstant.nullable(),
  })
  .meta({ id: 'VirtualKey' });
export type VirtualKeyView = z.output<typeof virtualKeySchema>;

/** A budget that is created together with its key, or changed through it. */
const ownBudgetField = z.strictObject({
  limit_usd: limitUsdField,
  window: z.enum(['day', 'week', 'month']),
  on_breach: z.enum(['block', 'warn']).default('block'),
  name: nameField.optional(),
});
export type OwnBudgetRequest = z.output<typeof ownBudgetField>;

const ownBudgetPatchField = z.strictObject({
  limit_usd: limitUsdField,
  window: z.enum(['day', 'week', 'month']).optional().describe('Required when the key has no budget yet; fixed after.'),
  on_breach: z.enum(['block', 'warn']).optional(),
  name: nameField.optional(),
});
export type OwnBudgetPatch = z.output<typeof ownBudgetPatchField>;

const routingModeField = z
  .enum(['none', 'fallback_all', 'policy'])
  .describe('`none` tries one candidate, `fallback_all` walks all of them, `policy` follows a routing policy.');
const scopesField = z
  .array(scopeSchema)
  .min(1)
  .max(SCOPES_MAX)
  .describe('Where the key may find model providers: the union over its scopes.');

export const createVirtualKeySchema = z.strictObject({
  name: nameField,
  description: descriptionField.nullish(),
  environment: z.enum(['live', 'test']).default('live').describe('Only shows in the text of the key.'),
  principal_user_id: z.string().min(1).max(256).nullish(),
  scopes: scopesField.optional().describe('Default: the project of `trace_project_id`.'),
  trace_project_id: idField.nullish().describe('Default: the one project among the scopes.'),
  routing_policy_id: idField.nullish().describe('The routing policy to follow.'),
  routing_mode: routingModeField.optional().describe('Default: `policy` when a policy is named, else `none`.'),
  expires_at: instantField.nullish(),
  budget: ownBudgetField.nullish().describe('A budget of the key alone, created in the same transaction.'),
  config: virtualKeyConfigRequestSchema.prefault({}),
  external_id: externalIdField.nullish(),
  metadata: metadataField.default({}),
  purpose: z.literal('user').default('user'),
});
export type CreateVirtualKey = z.output<typeof createVirtualKeySchema>;

export const updateVirtualKeySchema = z.strictObject({
  name: nameField.optional(),
  description: descriptionField.nullish(),
  principal_user_id: z.string().min(1).max(256).nullish(),
  scopes: scopesField.optional().describe('Replaces the scopes; the trace project stays where it is.'),
  trace_project_id: idField.nullish().describe('null decides it anew from the scopes, as on create.'),
  routing_policy_id: idField
    .nullish()
    .describe('The routing policy to follow; null leaves it, for the mode `none` unless another is named.'),
  routing_mode: routingModeField.optional().describe('Another mode than `policy` leaves the policy.'),
  expires_at: instantField.nullish().describe('null clears it; a later date makes an expired key work again.'),
  budget: ownBudgetPatchField.nullish().describe("Creates or changes the key's own budget; null archives it."),
  config: virtualKeyConfigRequestSchema.optional().describe('Merged into the stored configuration.'),
  external_id: externalIdField.nullish(),
  metadata: metadataField.optional(),
});
export type UpdateVirtualKey = z.output<typeof updateVirtualKeySchema>;

export const disableVirtualKeySchema = z.strictObject({ reason: reasonField.nullish() }).prefault({});

/** The spend of one key in a window of time. */
export const virtualKeySpendSchema = z
  .object({
    virtual_key_id: z.string(),
    spent_usd: z.string().describe('Decimal dollars; requests without a price are not in it.'),
    spent_nano_usd: z.union([z.int(), z.string()]).describe('A string beyond 2^53.'),
    requests: z.int().describe('Requests that ended in the window.'),
    unpriced_requests: z.int().describe('How many of them have no known cost.'),
    window: z.object({ from: z.int(), to: z.int() }).describe('Milliseconds since the epoch; `to` is exclusive.'),
  })
  .meta({ id: 'VirtualKeySpend' });
