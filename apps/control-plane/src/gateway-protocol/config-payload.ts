import type { BootstrapKeyInput, ConfigPayloadInput } from '#gateway-protocol';
import type { Row } from '../database/schema.js';
import type { BudgetState } from '../spend/current-spend.js';
import type { VirtualKeyConfig } from '../virtual-keys/virtual-key-config.js';
import { budgetPayload } from './budget-payload.js';
import type { KeyFacts } from './key-facts.js';
import { splitByPolicy, writeRoutingPolicy } from './routing-policy-payload.js';

/** Opens the sealed credentials of a model provider. */
export type OpenCredentials = (provider: Row<'model_providers'>) => Record<string, string>;

/** Everything that a key's configuration is made of. */
export interface ConfigParts {
  readonly facts: KeyFacts;
  readonly config: VirtualKeyConfig;
  readonly budgets: readonly BudgetState[];
  readonly openCredentials: OpenCredentials;
}

/** The fields of contract 3.6 that the shared schema does not read, for gateways that do. */
interface UnreadFields {
  readonly project_otlp_token: null;
  readonly fallback: { readonly chain: readonly string[]; readonly max_attempts: number };
  readonly cache: { readonly mode: 'respect'; readonly ttl_s: number };
  readonly guardrails: readonly never[];
  readonly guardrail_attachments: readonly never[];
  readonly policy_rules: Readonly<Record<string, { readonly deny: readonly never[]; readonly allow: null }>>;
  readonly cache_rules: readonly never[];
  readonly langy_mirror_tier: 'skip';
  readonly metadata: { readonly label?: string; readonly tags: readonly string[] };
}

const CACHE_TTL_SECONDS = 3600;
const NO_RULES = { deny: [], allow: null };

/**
 * Writes the configuration of a key as gateways read it (contract 3.6).
 *
 * A key that is disabled or revoked has no model providers in it, so that even a gateway that overlooks the status
 * cannot call one.
 */
export function writeConfigPayload(parts: ConfigParts): ConfigPayloadInput & UnreadFields {
  const { facts, config, budgets, openCredentials } = parts;
  const { key } = facts;
  const { allowed, fields } = readFields(facts, config);
  return {
    ...identity(facts),
    ...fields,
    providers: allowed.map((row, index) => ({
      ...providerSlot(row, openCredentials(row)),
      slot: index === 0 ? 'primary' : `fallback_${index}`,
      config: {},
    })),
    fallback: { chain: allowed.map(({ id }) => id), max_attempts: fields.fallback.max_attempts },
    cache: { mode: 'respect', ttl_s: CACHE_TTL_SECONDS },
    guardrails: [],
    guardrail_attachments: [],
    policy_rules: { tools: NO_RULES, mcp: NO_RULES, urls: NO_RULES, models: NO_RULES },
    budgets: budgets.map(budgetPayload),
    cache_rules: [],
    langy_mirror_tier: 'skip',
    metadata: {
      ...(config.metadata.label === null ? {} : { label: config.metadata.label }),
      tags: config.metadata.tags,
    },
    status: key.status,
    project_otlp_token: null,
  };
}

/** What gateways read of a key beyond who it is, its providers and its budgets. */
type ReadFields = Omit<BootstrapKeyInput['config'], 'providers' | 'budgets' | 'fallback'> & {
  readonly fallback: { readonly max_attempts: number };
};

/** What {@link readFields} reads. */
interface FieldFacts extends Pick<KeyFacts, 'organization' | 'modelProviders' | 'routingPolicy'> {
  readonly key: Pick<Row<'virtual_keys'>, 'display_prefix' | 'routing_mode' | 'expires_at'>;
}

/** The model providers that the key may use, in order, and the fields that speak of the key alone. */
export function readFields(
  { key, organization, modelProviders, routingPolicy: policy }: FieldFacts,
  config: VirtualKeyConfig,
): { readonly allowed: readonly Row<'model_providers'>[]; readonly fields: ReadFields } {
  const access = splitByAccess(modelProviders, config.providersAllowed);
  const allowed = policy === null ? access.allowed : splitByPolicy(access.allowed, policy.settings).listed;
  return {
    allowed,
    fields: {
      display_prefix: key.display_prefix,
      fallback: { max_attempts: key.routing_mode === 'none' ? 1 : config.fallback.maxAttempts },
      model_aliases: { ...policy?.settings.modelAliases, ...config.modelAliases },
      models_allowed: config.modelsAllowed,
      providers_allowed: config.providersAllowed,
      routing_mode: key.routing_mode,
      routing_excluded_providers:
        policy === null ? [] : splitByPolicy(modelProviders, policy.settings).excluded.map(nameProvider),
      access_excluded_providers: access.excluded.map(nameProvider),
      routing_policy_name: policy?.name ?? null,
      ...(policy === null ? {} : { routing_policy: writeRoutingPolicy(policy.settings) }),
      rate_limits: { rpm: config.rateLimits.rpm, tpm: null, rpd: config.rateLimits.rpd },
      vk_tags: config.metadata.tags,
      expires_at: key.expires_at === null ? null : Math.floor(key.expires_at.getTime() / 1000),
      // The default price is charged by the ledger; to a gateway it only means that such models may be called.
      unpriced_models: organization.unpriced_models === 'refuse' ? 'refuse' : 'allow',
      on_revoke: config.onRevoke,
      strict_translation: config.strictTranslation,
    },
  };
}

function identity({ key, teamId }: KeyFacts) {
  return {
    revision: key.revision.toString(),
    vk_id: key.id,
    organization_id: key.organization_id,
    project_id: key.trace_project_id,
    team_id: teamId,
    principal_id: key.principal_user_id,
  };
}

/** An excluded provider by what a request may call it. */
function nameProvider({ id, type, handle }: Row<'model_providers'>) {
  return { id, type, handle };
}

function splitByAccess(rows: readonly Row<'model_providers'>[], providersAllowed: readonly string[] | null) {
  if (providersAllowed === null) return { allowed: rows, excluded: [] };
  const ids = new Set(providersAllowed);
  return { allowed: rows.filter(({ id }) => ids.has(id)), excluded: rows.filter(({ id }) => !ids.has(id)) };
}

/** A model provider as gateways read it, with its credentials in the clear. */
export function providerSlot(row: Row<'model_providers'>, credentials: Record<string, string>) {
  return {
    id: row.id,
    type: row.type,
    credentials,
    ...(row.base_url === null ? {} : { base_url: row.base_url }),
    ...(row.region === null ? {} : { region: row.region }),
    ...(row.handle === null ? {} : { handle: row.handle }),
    deployment_map: row.deployment_map,
    models: row.models,
    prices: row.prices,
    default_price: row.default_price,
    labels: row.labels,
  };
}
