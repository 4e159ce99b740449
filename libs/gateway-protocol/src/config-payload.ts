import { z } from 'zod';
import { routingPolicySchema } from './routing-policy.js';

/**
 * What `GET /api/internal/gateway/config/:vk_id` answers (contract 3.6), as Zod schemas.
 *
 * Reading is lenient where the contract is (unknown keys are dropped, null lists read as empty) and strict where a
 * mistake would be dangerous: a wrong type anywhere fails the whole payload, which is then never partly adopted.
 */

/** A list that may be absent or null on the wire and then means "nothing". */
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

/** Any JSON scalar; credential values that are not strings read as empty, as the reference does. */
const credentialValue = z.unknown().transform((value) => (typeof value === 'string' ? value : ''));

/** Prices of one model, each an integer count of nano-USD per million tokens. Our extension; absent from the reference. */
export const modelPriceSchema = z.object({
  input: z.int().nonnegative(),
  output: z.int().nonnegative(),
  cache_read: z.int().nonnegative().optional(),
  cache_write: z.int().nonnegative().optional(),
  cache_write_1h: z.int().nonnegative().optional(),
});
export type ModelPricePayload = z.output<typeof modelPriceSchema>;

/** One model provider that the key may use, with its credential in the clear (the link must be trusted or TLS). */
export const providerSlotSchema = z.object({
  id: z.string().min(1),
  slot: z.string().optional(),
  type: z.string().min(1),
  credentials: z.record(z.string(), credentialValue).nullish(),
  base_url: z.string().nullish(),
  region: z.string().nullish(),
  deployment_map: z.record(z.string(), z.string()).nullish(),
  handle: z.string().nullish(),
  models: list(z.string()),
  /** Our extension: prices that override the price book for this provider, by model name. */
  prices: z.record(z.string(), modelPriceSchema).nullish(),
  /** Our extension: the price of any model of this provider that has no other price. */
  default_price: modelPriceSchema.nullish(),
  /** Our extension: what a routing policy may demand of a provider, such as `region:eu`. */
  labels: list(z.string()),
});
export type ProviderSlotPayload = z.output<typeof providerSlotSchema>;

/** What a budget may limit, from the widest to a single end user. */
export const BUDGET_SCOPES = [
  'organization',
  'team',
  'project',
  'virtual_key',
  'principal',
  'group',
  'attributed_user',
] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

/** When the spend of a budget starts anew: `total` never, `manual` when somebody resets it. */
export const BUDGET_WINDOWS = ['minute', 'hour', 'day', 'week', 'month', 'total', 'manual'] as const;
export type BudgetWindow = (typeof BUDGET_WINDOWS)[number];

/** A budget and what was spent of it when the payload was made; money is integer micro-USD. */
export const budgetSchema = z.object({
  id: z.string().min(1),
  scope: z.enum(BUDGET_SCOPES),
  scope_id: z.string(),
  principal_id: z.string().nullish(),
  per_user: z.boolean().nullish(),
  provider_key: z.string().nullish(),
  window: z.enum(BUDGET_WINDOWS),
  limit_micro_usd: z.int(),
  spent_micro_usd: z.int(),
  /** Unix seconds; 0 or absent when the window never resets. */
  resets_at: z.int().nullish(),
  on_breach: z.enum(['block', 'warn']),
});
export type BudgetPayload = z.output<typeof budgetSchema>;

const excludedProviderSchema = z.object({ id: z.string(), type: z.string(), handle: z.string().nullish() });

const rateLimitsSchema = z.object({
  rpm: z.int().nullish(),
  tpm: z.int().nullish(),
  rpd: z.int().nullish(),
});

/** `none` tries one provider, `fallback_all` all in order, `policy` what a routing policy says. */
export const ROUTING_MODES = ['none', 'fallback_all', 'policy'] as const;

/** The configuration of one virtual key. */
export const configPayloadSchema = z.object({
  revision: z.string().optional(),
  vk_id: z.string().min(1),
  status: z.string().optional(),
  display_prefix: z.string().nullish(),
  organization_id: z.string().nullish(),
  project_id: z.string().nullish(),
  team_id: z.string().nullish(),
  principal_id: z.string().nullish(),
  providers: list(providerSlotSchema),
  fallback: z.object({ max_attempts: z.int().nonnegative().nullish() }).nullish(),
  model_aliases: z.record(z.string(), z.string()).nullish(),
  models_allowed: z.array(z.string()).nullish(),
  providers_allowed: z.array(z.string()).nullish(),
  routing_mode: z.enum(ROUTING_MODES).nullish(),
  routing_excluded_providers: list(excludedProviderSchema),
  access_excluded_providers: list(excludedProviderSchema),
  routing_policy_name: z.string().nullish(),
  /** Our extension: the policy itself. Only read when `routing_mode` is `policy`. */
  routing_policy: routingPolicySchema.nullish(),
  rate_limits: rateLimitsSchema.nullish(),
  budgets: list(budgetSchema),
  vk_tags: list(z.string()),
  /** Unix seconds. Absent means "keep the date you hold", null means "never" (contract 4.5). */
  expires_at: z.int().nullable().optional(),
  /** Our extension: `refuse` makes the gateway refuse models that have no price. Absent means `allow`. */
  unpriced_models: z.enum(['allow', 'refuse']).nullish(),
  /**
   * Our extension: what becomes of the key's streams in progress when it is revoked or disabled. `cut` ends
   * them with an error frame. Absent means `finish`: they run to their end.
   */
  on_revoke: z.enum(['finish', 'cut']).nullish(),
  /**
   * Our extension: refuse a request rather than leave out what its provider cannot be given. Absent means false: what
   * only tunes the answer is left out, and the client is told.
   */
  strict_translation: z.boolean().nullish(),
});
/** The payload as a control plane writes it. */
export type ConfigPayloadInput = z.input<typeof configPayloadSchema>;
/** The payload as a gateway reads it. */
export type ConfigPayload = z.output<typeof configPayloadSchema>;
