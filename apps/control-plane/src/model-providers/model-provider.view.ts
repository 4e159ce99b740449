import type { Row } from '../database/schema.js';
import type { ModelProviderView } from './model-provider.schema.js';

/** Shows a model provider as the API does: every column but the sealed credentials. */
export function viewModelProvider(row: Row<'model_providers'>): ModelProviderView {
  return {
    id: row.id,
    organization_id: row.organization_id,
    name: row.name,
    type: row.type,
    scope: { scope_type: row.scope_type, scope_id: row.scope_id },
    handle: row.handle,
    base_url: row.base_url,
    region: row.region,
    models: row.models,
    deployment_map: row.deployment_map,
    credential_hints: row.credential_hints,
    prices: row.prices,
    default_price: row.default_price,
    labels: row.labels,
    priority: row.priority,
    enabled: row.enabled,
    revision: row.revision.toString(),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    archived_at: row.archived_at?.toISOString() ?? null,
  };
}
