import type { BundleClaims } from './bundle-claims.js';
import type {
  BudgetScope,
  BudgetWindow,
  ConfigPayload,
  ModelPricePayload,
  ProviderSlotPayload,
} from './config-payload.js';
import { createRoutingPolicy, type RoutingPolicy } from './routing-policy.js';

/** What a virtual key resolves to: who it is, which model providers it may use, and under which limits. Immutable. */
export interface Bundle {
  readonly virtualKeyId: string;
  readonly displayPrefix: string;
  readonly organizationId: string;
  /** The project that spend and traces belong to, or null when the key has none. */
  readonly projectId: string | null;
  readonly teamId: string | null;
  readonly principalId: string | null;
  readonly revision: string;
  /** Milliseconds since the epoch, or null when the key never expires. */
  readonly expiresAtMs: number | null;
  /** In dispatch order. */
  readonly modelProviders: readonly ModelProvider[];
  readonly routing: Routing;
  readonly rateLimits: RateLimits;
  readonly budgets: readonly BudgetSnapshot[];
  readonly tags: readonly string[];
  /** `refuse` when a model without a price must not be called. */
  readonly unpricedModels: 'allow' | 'refuse';
  /** `cut` when the key's live streams must end as soon as it is revoked or disabled; `finish` lets them run out. */
  readonly onRevoke: 'finish' | 'cut';
  /** True when a request must be carried to its provider whole or not at all. */
  readonly strictTranslation: boolean;
}

/** A configured credential of a vendor that this key may use. */
export interface ModelProvider {
  readonly id: string;
  /** The vendor, normalised (`azure_openai` is `azure`, `google_gemini` is `gemini`, …; contract 7.2). */
  readonly family: string;
  /** Vendor-specific secrets by name (contract 3.6); an absent name reads as undefined. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly baseUrl: string | null;
  /** Model name → deployment (Azure) or inference profile (Bedrock). */
  readonly deploymentMap: Readonly<Record<string, string>>;
  /** Lower-case name by which a request can pin this row: `<handle>/<model>`. */
  readonly handle: string | null;
  /** Models that the row declares to serve; empty when it declares none. */
  readonly models: readonly string[];
  readonly prices: Readonly<Record<string, ModelPricePayload>>;
  readonly defaultPrice: ModelPricePayload | null;
  /** What a routing policy may demand of it, such as `region:eu`. */
  readonly labels: readonly string[];
}

/** How requests of the key find a model provider (contract 7). */
export interface Routing {
  readonly mode: 'none' | 'fallback_all' | 'policy';
  /** Attempts per request; 0 means one per candidate. */
  readonly maxAttempts: number;
  readonly policyName: string | null;
  /** Null unless `mode` is `policy` and the control plane sent one. */
  readonly policy: RoutingPolicy | null;
  readonly modelAliases: ReadonlyMap<string, string>;
  /** Patterns, `*` at the end matches any rest; null allows every model. */
  readonly modelsAllowed: readonly string[] | null;
  /** Model provider ids; null allows every one. */
  readonly providersAllowed: ReadonlySet<string> | null;
  readonly excludedByRouting: readonly ExcludedProvider[];
  readonly excludedByAccess: readonly ExcludedProvider[];
}

/** A model provider in reach that the key's policy or access list takes away; kept to name the reason of a refusal. */
export interface ExcludedProvider {
  readonly id: string;
  readonly family: string;
  readonly handle: string | null;
}

/** Ceilings per virtual key; null means unlimited. */
export interface RateLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly requestsPerDay: number | null;
}

/** A budget as the control plane last reported it. */
export interface BudgetSnapshot {
  readonly id: string;
  readonly scope: BudgetScope;
  readonly scopeId: string;
  /** True for an end-user template: the spend of each end user is read apart. */
  readonly perUser: boolean;
  /** Model provider id that the budget is limited to, or null for all. */
  readonly modelProviderId: string | null;
  readonly window: BudgetWindow;
  readonly limitMicroUsd: number;
  readonly spentMicroUsd: number;
  /** Milliseconds since the epoch, or null when the window never resets by itself. */
  readonly resetsAtMs: number | null;
  readonly onBreach: 'block' | 'warn';
}

const FAMILY_SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    azure_openai: 'azure',
    aws_bedrock: 'bedrock',
    vertex_ai: 'vertex',
    google_vertex: 'vertex',
    google_gemini: 'gemini',
    google_agent_platform: 'gemini',
  }),
);

/** The one name of a vendor: synonyms are mapped, the rest is only lower-cased (contract 7.2). */
export function normalizeFamily(type: string): string {
  const lower = type.toLowerCase();
  return FAMILY_SYNONYMS.get(lower) ?? lower;
}

/**
 * Puts a key's identity (JWT claims) and its configuration together.
 *
 * The key's expiry is the configuration's when it says one, else the claims' (contract 4.5: an absent date keeps the
 * date that is held).
 */
export function createBundle(claims: BundleClaims, config: ConfigPayload): Bundle {
  const expiresAtSeconds = config.expires_at === undefined ? (claims.vk_expires_at ?? null) : config.expires_at;
  return {
    virtualKeyId: claims.vk_id,
    displayPrefix: config.display_prefix ?? '',
    organizationId: claims.org_id,
    projectId: claims.project_id ?? null,
    teamId: claims.team_id ?? null,
    principalId: claims.principal_id ?? null,
    revision: config.revision ?? claims.revision ?? '',
    expiresAtMs: expiresAtSeconds === null ? null : expiresAtSeconds * 1000,
    modelProviders: config.providers.map(createModelProvider),
    routing: createRouting(config),
    rateLimits: {
      requestsPerMinute: positiveOrNull(config.rate_limits?.rpm),
      tokensPerMinute: positiveOrNull(config.rate_limits?.tpm),
      requestsPerDay: positiveOrNull(config.rate_limits?.rpd),
    },
    budgets: createBudgetSnapshots(config),
    tags: config.vk_tags,
    unpricedModels: config.unpriced_models ?? 'allow',
    onRevoke: config.on_revoke ?? 'finish',
    strictTranslation: config.strict_translation ?? false,
  };
}

/** The budgets of a configuration, as the control plane reports them. */
export function createBudgetSnapshots(config: ConfigPayload): readonly BudgetSnapshot[] {
  return config.budgets.map(createBudgetSnapshot);
}

function createModelProvider(slot: ProviderSlotPayload): ModelProvider {
  return {
    id: slot.id,
    family: normalizeFamily(slot.type),
    credentials: slot.credentials ?? {},
    baseUrl: slot.base_url || null,
    deploymentMap: slot.deployment_map ?? {},
    handle: slot.handle ? slot.handle.toLowerCase() : null,
    models: slot.models,
    prices: slot.prices ?? {},
    defaultPrice: slot.default_price ?? null,
    labels: slot.labels,
  };
}

function createRouting(config: ConfigPayload): Routing {
  const mode = config.routing_mode ?? 'fallback_all';
  const excluded = (rows: ConfigPayload['routing_excluded_providers']): ExcludedProvider[] =>
    rows.map((row) => ({
      id: row.id,
      family: normalizeFamily(row.type),
      handle: row.handle ? row.handle.toLowerCase() : null,
    }));
  return {
    mode,
    maxAttempts: mode === 'none' ? 1 : (config.fallback?.max_attempts ?? 0),
    policyName: config.routing_policy_name ?? null,
    policy: mode === 'policy' && config.routing_policy ? createRoutingPolicy(config.routing_policy) : null,
    modelAliases: new Map(Object.entries(config.model_aliases ?? {})),
    modelsAllowed: config.models_allowed?.length ? config.models_allowed : null,
    providersAllowed: config.providers_allowed?.length ? new Set(config.providers_allowed) : null,
    excludedByRouting: excluded(config.routing_excluded_providers),
    excludedByAccess: excluded(config.access_excluded_providers),
  };
}

function createBudgetSnapshot(budget: ConfigPayload['budgets'][number]): BudgetSnapshot {
  return {
    id: budget.id,
    scope: budget.scope,
    scopeId: budget.scope_id,
    perUser: budget.per_user ?? false,
    modelProviderId: budget.provider_key ?? null,
    window: budget.window,
    limitMicroUsd: budget.limit_micro_usd,
    spentMicroUsd: budget.spent_micro_usd,
    resetsAtMs: budget.resets_at ? budget.resets_at * 1000 : null,
    onBreach: budget.on_breach,
  };
}

function positiveOrNull(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && value > 0 ? value : null;
}
