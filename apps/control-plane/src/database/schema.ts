import type { BudgetScope, BudgetWindow, ChangeKind, ModelPricePayload } from '#gateway-protocol';
import type { ColumnType, Generated, GeneratedAlways, Insertable, Selectable, Updateable } from 'kysely';

/**
 * The tables of `migrations/*.sql` as Kysely sees them.
 *
 * `bigint` columns are JavaScript bigints, `timestamptz` columns are `Date`s, `jsonb` columns are read parsed and
 * written as text (`JSON.stringify`): the driver would send a JavaScript array as an SQL array otherwise.
 */
export interface Database {
  organizations: OrganizationTable;
  teams: TeamTable;
  projects: ProjectTable;
  model_providers: ModelProviderTable;
  routing_policies: RoutingPolicyTable;
  virtual_keys: VirtualKeyTable;
  virtual_key_scopes: VirtualKeyScopeTable;
  budgets: BudgetTable;
  budget_periods: BudgetPeriodTable;
  prices: PriceTable;
  spend_ledger: SpendLedgerTable;
  request_explanations: RequestExplanationTable;
  change_events: ChangeEventTable;
  budget_notices: BudgetNoticeTable;
  admin_api_keys: AdminApiKeyTable;
  audit_log: AuditLogTable;
  idempotency_keys: IdempotencyKeyTable;
  gateway_replicas: GatewayReplicaTable;
  gateway_cursors: GatewayCursorTable;
}

/** A `jsonb` column: read as `Value`, written as JSON text. */
export type Json<Value> = ColumnType<Value, string, string>;
/** A `jsonb` column with a default of the database's. */
export type GeneratedJson<Value> = ColumnType<Value, string | undefined, string>;
/** A `jsonb` column that may be null. */
export type NullableJson<Value> = ColumnType<Value | null, string | null | undefined, string | null>;
/** A point in time that the database fills in when it is not given. */
export type Timestamp = ColumnType<Date, Date | undefined, Date>;

/** Where a key or a model provider lives. */
export type ScopeType = 'organization' | 'team' | 'project';

export interface OrganizationTable {
  id: string;
  name: string;
  unpriced_models: Generated<'refuse' | 'default'>;
  default_price: NullableJson<ModelPricePayload>;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface TeamTable {
  id: string;
  organization_id: string;
  name: string;
  created_at: Timestamp;
  updated_at: Timestamp;
  archived_at: Date | null;
}

export interface ProjectTable {
  id: string;
  organization_id: string;
  team_id: string | null;
  name: string;
  created_at: Timestamp;
  updated_at: Timestamp;
  archived_at: Date | null;
}

/** Columns that the database derives from `scope_type` and `scope_id` to hang foreign keys on. */
interface ScopeReference {
  scope_organization_id: GeneratedAlways<string | null>;
  scope_team_id: GeneratedAlways<string | null>;
  scope_project_id: GeneratedAlways<string | null>;
}

export interface ModelProviderTable extends ScopeReference {
  id: string;
  organization_id: string;
  scope_type: ScopeType;
  scope_id: string;
  name: string;
  type: string;
  handle: string | null;
  base_url: string | null;
  region: string | null;
  models: Generated<string[]>;
  deployment_map: GeneratedJson<Record<string, string>>;
  sealed_credentials: Buffer | null;
  sealing_key_version: number | null;
  credential_hints: GeneratedJson<Record<string, string>>;
  prices: GeneratedJson<Record<string, ModelPricePayload>>;
  default_price: NullableJson<ModelPricePayload>;
  labels: Generated<string[]>;
  priority: Generated<number>;
  enabled: Generated<boolean>;
  revision: Generated<bigint>;
  created_at: Timestamp;
  updated_at: Timestamp;
  archived_at: Date | null;
}

export interface RoutingPolicyTable {
  id: string;
  organization_id: string;
  name: string;
  description: string | null;
  /** Its shape is `routingPolicySettingsSchema`'s; parse it before use. */
  settings: Json<unknown>;
  revision: Generated<bigint>;
  created_at: Timestamp;
  updated_at: Timestamp;
  archived_at: Date | null;
}

export interface VirtualKeyTable {
  id: string;
  organization_id: string;
  name: string;
  description: string | null;
  status: Generated<'active' | 'disabled' | 'revoked'>;
  secret_hash: string;
  pepper_version: string;
  previous_secret_hash: string | null;
  previous_pepper_version: string | null;
  previous_secret_expires_at: Date | null;
  sealed_digest: Buffer | null;
  digest_sealing_key_version: number | null;
  previous_sealed_digest: Buffer | null;
  previous_digest_sealing_key_version: number | null;
  display_prefix: string;
  purpose: Generated<'user' | 'langy'>;
  principal_user_id: string | null;
  trace_project_id: string | null;
  external_id: string | null;
  metadata: GeneratedJson<Record<string, string>>;
  routing_mode: Generated<'none' | 'fallback_all' | 'policy'>;
  /** Set when `routing_mode` is `policy`, and only then. */
  routing_policy_id: string | null;
  /** Its shape is `virtualKeyConfigSchema`'s; parse it before use. */
  config: GeneratedJson<unknown>;
  expires_at: Date | null;
  revision: Generated<bigint>;
  last_used_at: Date | null;
  revoked_at: Date | null;
  disabled_reason: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface VirtualKeyScopeTable extends ScopeReference {
  organization_id: string;
  virtual_key_id: string;
  scope_type: ScopeType;
  scope_id: string;
}

export interface BudgetTable extends ScopeReference {
  id: string;
  organization_id: string;
  scope_type: BudgetScope;
  scope_id: string;
  name: string;
  description: string | null;
  window: BudgetWindow;
  on_breach: Generated<'block' | 'warn'>;
  limit_nano_usd: bigint;
  provider_key: string | null;
  timezone: Generated<string>;
  external_id: string | null;
  metadata: GeneratedJson<Record<string, string>>;
  cycle_anchor_at: Date | null;
  last_reset_at: Date | null;
  created_at: Timestamp;
  updated_at: Timestamp;
  archived_at: Date | null;
  scope_virtual_key_id: GeneratedAlways<string | null>;
}

export interface BudgetPeriodTable {
  budget_id: string;
  bucket: Generated<string>;
  period_started_at: Date;
  spent_nano_usd: Generated<bigint>;
  updated_at: Timestamp;
}

export interface PriceTable {
  id: string;
  family: string | null;
  model: string | null;
  price: Json<unknown>;
  source: string;
  first_used_at: Timestamp;
}

export interface SpendLedgerTable {
  project_id: string;
  gateway_request_id: string;
  organization_id: string;
  team_id: string | null;
  virtual_key_id: string | null;
  principal_id: string | null;
  end_user_id: string | null;
  trace_id: string | null;
  request_type: string | null;
  labels: Generated<string[]>;
  metadata: NullableJson<Record<string, unknown>>;
  model_requested: string | null;
  model: string | null;
  model_provider_id: string | null;
  admitted_at: Date | null;
  outcome: 'confirmed' | 'failed' | null;
  occurred_at: Date;
  error_type: string | null;
  http_status: number | null;
  duration_ms: bigint | null;
  input_tokens: Generated<bigint>;
  output_tokens: Generated<bigint>;
  cache_read_input_tokens: Generated<bigint>;
  cache_creation_input_tokens: Generated<bigint>;
  cache_creation_1h_tokens: Generated<bigint>;
  reasoning_tokens: Generated<bigint>;
  input_audio_tokens: Generated<bigint>;
  output_audio_tokens: Generated<bigint>;
  input_chars: Generated<bigint>;
  audio_ms: Generated<bigint>;
  usage_estimated: Generated<boolean>;
  cost_nano_usd: bigint | null;
  pricing: 'priced' | 'default' | 'unpriced' | null;
  price_id: string | null;
  rated_at: Date | null;
  debited_at: Date | null;
  pod_id: string | null;
  pod_seq: bigint | null;
  recorded_at: Timestamp;
}

export interface RequestExplanationTable {
  project_id: string;
  gateway_request_id: string;
  explanation: Json<unknown>;
  recorded_at: Timestamp;
}

export interface ChangeEventTable {
  /** Drawn by a trigger at insert time; what is given is ignored. */
  revision: GeneratedAlways<bigint>;
  organization_id: string;
  kind: ChangeKind;
  virtual_key_id: string | null;
  budget_id: string | null;
  model_provider_id: string | null;
  project_id: string | null;
  created_at: Timestamp;
}

export interface BudgetNoticeTable {
  project_id: string;
  organization_id: string;
  budget_id: string;
  pending: boolean;
  announced_at: Timestamp;
}

export interface AdminApiKeyTable {
  id: string;
  organization_id: string;
  name: string;
  key_hash: string;
  display_prefix: string;
  created_at: Timestamp;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

export interface AuditLogTable {
  id: GeneratedAlways<bigint>;
  organization_id: string;
  occurred_at: Timestamp;
  actor_type: string;
  actor_id: string | null;
  action: string;
  target_type: string;
  target_id: string;
  reason: string | null;
  diff: GeneratedJson<Record<string, unknown>>;
}

export interface IdempotencyKeyTable {
  organization_id: string;
  route: string;
  key: string;
  request_hash: string;
  status_code: number | null;
  sealed_response: Buffer | null;
  sealing_key_version: number | null;
  created_at: Timestamp;
  expires_at: Date;
}

export interface GatewayReplicaTable {
  node_id: string;
  version: string;
  started_at: Date;
  last_seen_at: Date;
}

export interface GatewayCursorTable {
  node_id: string;
  organization_id: string;
  applied_revision: bigint;
  polled_at: Date;
}

/** A row as it is read. */
export type Row<Table extends keyof Database> = Selectable<Database[Table]>;
/** A row as it is inserted. */
export type NewRow<Table extends keyof Database> = Insertable<Database[Table]>;
/** What may be set on a row. */
export type RowChange<Table extends keyof Database> = Updateable<Database[Table]>;
