import type { Clock } from '#kernel';
import type { Rig } from './rig.js';
import type { Tenant } from './tenant.js';

/** How long the spool may take to arrive. */
const ARRIVAL_MS_MAX = 60_000;
const POLL_MS = 200;

/** What the ledger says of one attempt that cost something, or of a request that cost nothing. */
export interface LedgerLine {
  readonly id: string;
  readonly outcome: 'confirmed' | 'failed' | null;
  readonly providerId: string | null;
  readonly estimated: boolean;
  readonly costNanoUsd: bigint;
}

/** The lines of requests, by the request's id: its own, and those of attempts that it cost besides. */
export type Ledger = ReadonlyMap<string, readonly LedgerLine[]>;

/** Reads the lines of requests, once each has its outcome or a minute has passed. */
export async function readLedger({ database }: Rig, ids: readonly string[], clock: Clock): Promise<Ledger> {
  const giveUpAtMs = clock.monotonicMs() + ARRIVAL_MS_MAX;
  for (;;) {
    const ledger = await readOnce(database, ids);
    const settled = ids.every((id) => ledger.get(id)?.some((line) => line.id === id && line.outcome !== null));
    if (settled || clock.monotonicMs() > giveUpAtMs) return ledger;
    await clock.sleep(POLL_MS);
  }
}

async function readOnce(database: Rig['database'], ids: readonly string[]): Promise<Ledger> {
  const ledger = new Map<string, LedgerLine[]>(ids.map((id) => [id, []]));
  const rows = await database
    .selectFrom('spend_ledger')
    .select(['gateway_request_id', 'outcome', 'model_provider_id', 'usage_estimated', 'cost_nano_usd'])
    .orderBy('gateway_request_id')
    .execute();
  for (const row of rows) {
    const id = row.gateway_request_id;
    const line: LedgerLine = {
      id,
      outcome: row.outcome,
      providerId: row.model_provider_id,
      estimated: row.usage_estimated,
      costNanoUsd: row.cost_nano_usd ?? 0n,
    };
    // An attempt that the request cost besides has the request's id with a number behind it.
    ledger.get(id.replace(/\.\d+$/, ''))?.push(line);
  }
  return ledger;
}

/** What a request was billed, in words; undefined when it is not settled exactly once. */
export function describeBill(lines: readonly LedgerLine[], requestId: string, tenant: Tenant): string | undefined {
  const own = lines.filter(({ id }) => id === requestId);
  const [main] = own;
  if (main === undefined || own.length > 1 || lines.some(({ outcome }) => outcome === null)) return undefined;
  const parts = lines.filter(({ costNanoUsd }) => costNanoUsd > 0n).map((line) => describeLine(line, tenant));
  return parts.length === 0 ? 'nothing' : parts.sort().join(' + ');
}

function describeLine({ providerId, estimated }: LedgerLine, { firstIds, secondId }: Tenant): string {
  const how = estimated ? 'estimated' : 'as reported';
  if (providerId === secondId) return `second, ${how}`;
  return providerId !== null && firstIds.has(providerId) ? `first, ${how}` : `**NOBODY**, ${how}`;
}
