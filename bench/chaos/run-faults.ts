import type { Clock } from '#kernel';
import type { ChaosOptions } from './chaos-options.js';
import { faultsOf, type Fault } from './faults.js';
import { FleetClient } from './fleet-client.js';
import { startFleet } from './fleet.js';
import { checkLedger, describeLedger, isExact } from './ledger-check.js';
import { describeMs, describeRun, describeTable, type Report } from './report.js';
import type { SampleSummary } from './samples.js';
import { ChaosTenant } from './tenant.js';
import { WARM_UP_ROUNDS, WarmLoad } from './warm-load.js';

const KEYS = 50;

/** A machine whose baseline is slower does something else as well, and the table says so. */
const BASELINE_P99_MS_MAX = 250;
const BUSY =
  'The machine did other work at the same time, as the baseline shows: compare its line with the others, not with a clock.';

/** Load before the first measurement, in which the engine optimizes the hot path of every process. */
const WARM_UP_MS = 10_000;

/** How long the load goes on after a fault was mended, still in the fault's line. */
const RECOVERY_MS = 4_000;

/**
 * Settings that make the faults bite: within ten seconds every key comes due for its check at the control plane, which
 * takes a minute by default.
 */
const GATEWAY_SETTINGS = { LW_GATEWAY_AUTH_CACHE_CONFIG_TTL_SECONDS: '5' };

const HEAD = ['fault', 'requests', 'failed', 'turned to another', 'p50 ms', 'p99 ms', 'max ms', 'note'];

/** Lets one thing after another go wrong under a steady load, and counts what clients notice. */
export async function runFaults(options: ChaosOptions, clock: Clock, print: (line: string) => void): Promise<Report> {
  await using fleet = await startFleet(clock, { gatewaySettings: GATEWAY_SETTINGS });
  if (fleet.redis === undefined)
    print('Without Redis: this gateway has no setting for one, so its faults are left out.');
  const tenant = await ChaosTenant.create(fleet, clock);
  const keys = await tenant.createKeys(KEYS);
  await using client = new FleetClient(
    fleet.gateways.map(({ url }) => url),
    clock,
  );
  const load = new WarmLoad(client, keys, clock);
  await load.warmUp(WARM_UP_ROUNDS);
  load.start(options.requestsPerSecond);
  await clock.sleep(WARM_UP_MS);
  const rows: string[][] = [];
  const broken: string[] = [];
  const busy: string[] = [];
  for (const fault of faultsOf(fleet)) {
    const phase = load.beginPhase();
    await suffer(fault, options.phaseSeconds * 1000, clock);
    const summary = phase.summarize();
    rows.push(rowOf(fault, summary));
    print(rowOf(fault, summary).join('  '));
    for (const problem of phase.problems) print(`    ${problem}`);
    if (fault.name === 'none' && !(summary.p99Ms < BASELINE_P99_MS_MAX)) busy.push(BUSY);
    if (summary.failed > 0) broken.push(`${summary.failed} requests failed under: ${fault.name}`);
  }
  await load.stop();
  const verdict = await checkLedger(fleet.postgres.url, load.served, clock);
  if (!isExact(verdict)) broken.push('the ledger is not exact');
  const about = `${options.requestsPerSecond} requests per second with ${KEYS} warm keys over ${fleet.gateways.length} gateways; every fault lasts ${options.phaseSeconds} s, and its line includes the ${RECOVERY_MS / 1000} s after it.`;
  const paragraphs = [describeRun('npm run chaos -- --write'), about, ...busy, describeLedger(verdict)];
  return { markdown: `${describeTable(HEAD, rows)}\n\n${paragraphs.join('\n')}`, broken };
}

async function suffer(fault: Fault, durationMs: number, clock: Clock): Promise<void> {
  await fault.inject();
  await clock.sleep(durationMs);
  await fault.mend();
  await clock.sleep(RECOVERY_MS);
}

function rowOf({ name, note }: Fault, summary: SampleSummary): string[] {
  const { requests, failed, retried, p50Ms, p99Ms, maxMs } = summary;
  return [name, ...[requests, failed, retried].map(String), ...[p50Ms, p99Ms, maxMs].map(describeMs), note];
}
