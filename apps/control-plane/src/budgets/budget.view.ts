import type { BudgetRecord } from './budget.repository.js';
import type { BudgetView } from './budget.schema.js';
import { formatUsd, jsonInteger } from './usd.js';

/** Shows a budget as the API does, with the period it was read in. */
export function viewBudget({ row, period, spentNanoUsd }: BudgetRecord): BudgetView {
  return {
    id: row.id,
    organization_id: row.organization_id,
    scope_type: row.scope_type,
    scope_id: row.scope_id,
    name: row.name,
    description: row.description,
    window: row.window,
    on_breach: row.on_breach,
    limit_usd: formatUsd(row.limit_nano_usd),
    limit_nano_usd: jsonInteger(row.limit_nano_usd),
    spent_usd: formatUsd(spentNanoUsd),
    spent_nano_usd: jsonInteger(spentNanoUsd),
    timezone: row.timezone,
    provider_key: row.provider_key,
    external_id: row.external_id,
    metadata: row.metadata,
    current_period_started_at: new Date(period.startedAtMs).toISOString(),
    resets_at: period.resetsAtMs === null ? null : new Date(period.resetsAtMs).toISOString(),
    cycle_anchor_at: row.cycle_anchor_at?.toISOString() ?? null,
    last_reset_at: row.last_reset_at?.toISOString() ?? null,
    archived_at: row.archived_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
