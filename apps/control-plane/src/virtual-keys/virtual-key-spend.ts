import { sql } from 'kysely';

import { formatUsd, jsonInteger } from '../budgets/usd.js';
import type { DatabaseHandle } from '../database/database.js';

/** A window of time, milliseconds since the epoch; `toMs` is exclusive. */
export interface SpendWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Sums what one key's finished requests cost in a window, from the ledger. The caller has checked that it owns the key. */
export async function sumVirtualKeySpend(
  database: DatabaseHandle,
  organizationId: string,
  virtualKeyId: string,
  window: SpendWindow,
) {
  const sums = await database
    .selectFrom('spend_ledger')
    .select([
      // The sum of bigints is numeric; as text it stays exact.
      sql<string>`coalesce(sum(cost_nano_usd), 0)::text`.as('spent'),
      sql<bigint>`count(*)`.as('requests'),
      sql<bigint>`count(*) FILTER (WHERE pricing = 'unpriced')`.as('unpriced'),
    ])
    .where('organization_id', '=', organizationId)
    .where('virtual_key_id', '=', virtualKeyId)
    .where('outcome', 'is not', null)
    .where('occurred_at', '>=', new Date(window.fromMs))
    .where('occurred_at', '<', new Date(window.toMs))
    .executeTakeFirstOrThrow();
  const spentNanoUsd = BigInt(sums.spent);
  return {
    virtual_key_id: virtualKeyId,
    spent_usd: formatUsd(spentNanoUsd),
    spent_nano_usd: jsonInteger(spentNanoUsd),
    requests: Number(sums.requests),
    unpriced_requests: Number(sums.unpriced),
    window: { from: window.fromMs, to: window.toMs },
  };
}
