import type { Clock } from '#kernel';
import pg from 'pg';

/** How long the spools may take to arrive after the load ended. */
const ARRIVAL_MS_MAX = 60_000;
const POLL_MS = 250;

/** How the ledger and what clients saw fit together. All but `lines` and `served` should be 0. */
export interface LedgerVerdict {
  /** Requests that a client got a good answer to. */
  readonly served: number;
  /** Lines of the ledger. More than `served` are requests whose client had left. */
  readonly lines: number;
  /** Served requests without a line. */
  readonly missing: number;
  /** Lines whose request is on another line too. */
  readonly doubled: number;
  /** Lines without an outcome. */
  readonly unsettled: number;
  /** What the budget over everything was debited, less the sum of all lines. Nano-USD. */
  readonly debitErrorNanoUsd: bigint;
}

/** Compares the ledger with the requests that were served, once all of it has arrived or a minute has passed. */
export async function checkLedger(
  databaseUrl: string,
  served: ReadonlySet<string>,
  clock: Clock,
): Promise<LedgerVerdict> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const giveUpAtMs = clock.monotonicMs() + ARRIVAL_MS_MAX;
    for (;;) {
      const verdict = await readVerdict(client, served);
      const isWhole = verdict.missing === 0 && verdict.unsettled === 0 && verdict.debitErrorNanoUsd === 0n;
      if (isWhole || clock.monotonicMs() > giveUpAtMs) return verdict;
      await clock.sleep(POLL_MS);
    }
  } finally {
    await client.end();
  }
}

async function readVerdict(client: pg.Client, served: ReadonlySet<string>): Promise<LedgerVerdict> {
  const { rows } = await client.query<{ id: string; settled: boolean }>(
    'SELECT gateway_request_id AS id, outcome IS NOT NULL AS settled FROM spend_ledger',
  );
  const { rows: sums } = await client.query<{ error: string }>(
    `SELECT (SELECT coalesce(sum(spent_nano_usd), 0) FROM budget_periods)
          - (SELECT coalesce(sum(cost_nano_usd), 0) FROM spend_ledger) AS error`,
  );
  const recorded = new Set(rows.map(({ id }) => id));
  return {
    served: served.size,
    lines: rows.length,
    missing: [...served].filter((id) => !recorded.has(id)).length,
    doubled: rows.length - recorded.size,
    unsettled: rows.filter(({ settled }) => !settled).length,
    debitErrorNanoUsd: BigInt(sums[0]?.error ?? 0),
  };
}

/** The verdict in one sentence. */
export function describeLedger(verdict: LedgerVerdict): string {
  const { served, lines, missing, doubled, unsettled, debitErrorNanoUsd } = verdict;
  return [
    `Ledger: ${served} requests were served and ${lines} lines recorded`,
    `(${lines - served + missing} of requests whose client had left or turned to another gateway);`,
    `${missing} missing, ${doubled} doubled, ${unsettled} without an outcome;`,
    `the budget was debited the sum of the lines${debitErrorNanoUsd === 0n ? ' exactly' : ` and ${debitErrorNanoUsd} nano-USD`}.`,
  ].join(' ');
}

/** Whether every served request is recorded exactly once and costs exactly what was debited. */
export function isExact({ missing, doubled, unsettled, debitErrorNanoUsd }: LedgerVerdict): boolean {
  return missing === 0 && doubled === 0 && unsettled === 0 && debitErrorNanoUsd === 0n;
}
