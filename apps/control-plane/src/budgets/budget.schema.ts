import { z } from 'zod';

import { BUDGET_SCOPES, BUDGET_WINDOWS } from '#gateway-protocol';

import {
  descriptionField,
  externalIdField,
  idField,
  instantField,
  metadataField,
  nameField,
  reasonField,
  shownInstant,
} from '../management/fields.js';
import { parseUsd } from './usd.js';

/**
 * A gateway counts in micro-USD and reads a limit of zero as "no limit", so a smaller limit than that would not hold.
 */
const LIMIT_NANO_USD_MIN = 1_000n;
/** A thousand million dollars: in micro-USD it is still an exact JavaScript number. */
const LIMIT_NANO_USD_MAX = 1_000_000_000_000_000_000n;

/** A limit in dollars, `"25.50"` or `25.5`, read exactly as nano-USD. */
export const limitUsdField = z
  .union([z.string(), z.number()])
  .transform((amount, context) => {
    const nanoUsd = parseUsd(String(amount));
    if (nanoUsd !== undefined && nanoUsd >= LIMIT_NANO_USD_MIN && nanoUsd <= LIMIT_NANO_USD_MAX) return nanoUsd;
    context.addIssue({
      code: 'custom',
      message: 'must be a decimal amount of dollars from 0.000001 to 1000000000 with at most 9 decimals',
    });
    return z.NEVER;
  })
  .describe('Dollars, best as a decimal string: "25.50".');

const amountField = z.union([z.int(), z.string()]);

/** A budget as the API shows it; period fields are computed when it is read. */
export const budgetSchema = z
  .object({
    id: z.string(),
    organization_id: z.string(),
    scope_type: z.enum(BUDGET_SCOPES),
    scope_id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    window: z.enum(BUDGET_WINDOWS),
    on_breach: z.enum(['block', 'warn']),
    limit_usd: z.string(),
    limit_nano_usd: amountField.describe('A string beyond 2^53.'),
    spent_usd: z.string().describe('Spent in the current period.'),
    spent_nano_usd: amountField,
    timezone: z.string(),
    provider_key: z.string().nullable().describe('A model provider: only what is spent on it counts.'),
    external_id: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    current_period_started_at: shownInstant,
    resets_at: shownInstant.nullable().describe('null when the window never resets by itself.'),
    cycle_anchor_at: shownInstant.nullable(),
    last_reset_at: shownInstant.nullable(),
    archived_at: shownInstant.nullable(),
    created_at: shownInstant,
    updated_at: shownInstant,
  })
  .meta({ id: 'Budget' });
export type BudgetView = z.output<typeof budgetSchema>;

const scopeField = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('organization') }),
    z.strictObject({ kind: z.literal('team'), team_id: idField }),
    z.strictObject({ kind: z.literal('project'), project_id: idField }),
    z.strictObject({ kind: z.literal('virtual_key'), virtual_key_id: idField }),
    z.strictObject({ kind: z.literal('principal'), principal_user_id: z.string().min(1).max(256) }),
    z.strictObject({ kind: z.literal('group'), group_id: idField }),
    z.strictObject({
      kind: z.literal('attributed_user'),
      virtual_key_id: idField.optional(),
      project_id: idField.optional(),
    }),
  ])
  .describe('What the budget limits. `group` and `attributed_user` are not supported yet.');
export type BudgetScopeRequest = z.output<typeof scopeField>;

const timezoneField = z.string().min(1).max(64).describe('Periods are computed in UTC; another zone is refused.');

export const createBudgetSchema = z.strictObject({
  scope: scopeField,
  name: nameField,
  description: descriptionField.nullish(),
  window: z.enum(BUDGET_WINDOWS),
  limit_usd: limitUsdField,
  on_breach: z.enum(['block', 'warn']).default('block'),
  timezone: timezoneField.default('UTC'),
  provider_key: idField.nullish(),
  external_id: externalIdField.nullish(),
  metadata: metadataField.default({}),
  cycle_anchor_at: instantField
    .nullish()
    .describe('Where periods start from instead of the calendar. A day past the 28th is clamped in short months.'),
  allow_unreachable: z.boolean().default(false).describe('Accept a team or project that no key sends spend to.'),
});
export type CreateBudget = z.output<typeof createBudgetSchema>;

export const updateBudgetSchema = z.strictObject({
  name: nameField.optional(),
  description: descriptionField.nullish(),
  limit_usd: limitUsdField.optional(),
  on_breach: z.enum(['block', 'warn']).optional(),
  timezone: timezoneField.optional(),
  external_id: externalIdField.nullish(),
  metadata: metadataField.optional(),
});
export type UpdateBudget = z.output<typeof updateBudgetSchema>;

export const resetBudgetSchema = z.strictObject({ reason: reasonField.nullish() }).prefault({});
