import { observeMetric } from '../telemetry/observed-metric.js';
import type { SpendDrainer } from './drain/spend-drainer.js';
import type { SpendJournal } from './spend-journal.js';
import type { Spool } from './spool/spool.js';

/** Shows the spend journal on `/metrics` (contract 11.1, and what an operator must see to trust it). */
export function registerSpendMetrics(spool: Spool, drainer: SpendDrainer, journal: SpendJournal): void {
  observeMetric({
    kind: 'counter',
    name: 'gateway_spend_spool_appended_total',
    help: 'Spend records written to the spool.',
    samples: () => [{ value: spool.appendedTotal }],
  });
  observeMetric({
    kind: 'counter',
    name: 'gateway_spend_spool_dropped_total',
    help: 'Spend records that were lost: intake, before they reached the disk; overflow, the oldest of a full spool.',
    labelNames: ['reason'],
    samples: () => [
      { labels: { reason: 'intake' }, value: spool.droppedIntakeTotal },
      { labels: { reason: 'overflow' }, value: spool.droppedOverflowTotal },
    ],
  });
  observeMetric({
    kind: 'counter',
    name: 'gateway_spend_records_rejected_total',
    help: 'Spend records that the control plane will never accept; they are kept in rejected.ndjson.',
    samples: () => [{ value: drainer.rejectedTotal }],
  });
  observeMetric({
    kind: 'counter',
    name: 'gateway_spend_second_outcomes_total',
    help: 'Outcomes that were ignored because their request had one.',
    samples: () => [{ value: journal.secondOutcomeTotal }],
  });
  observeMetric({
    kind: 'gauge',
    name: 'gateway_spend_spool_waiting_records',
    help: 'Spend records on disk that are not shipped yet.',
    samples: () => [{ value: spool.waitingRecords }],
  });
  observeMetric({
    kind: 'gauge',
    name: 'gateway_spend_spool_lag_seconds',
    help: 'Age of the oldest spend record that is not shipped yet.',
    samples: () => [{ value: spool.lagMs / 1000 }],
  });
}
