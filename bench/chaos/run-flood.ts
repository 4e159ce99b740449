import { UNKNOWN_KEY_LIMIT_DEFAULTS } from '#auth-cache';
import { SystemRandom, type Clock } from '#kernel';
import { MetricsPage } from '../../test/support/metrics.js';
import type { ChaosOptions } from './chaos-options.js';
import { FleetClient, type FleetAnswer } from './fleet-client.js';
import { GATEWAYS, startFleet, type Fleet } from './fleet.js';
import { runOpenLoop } from './open-loop.js';
import { describeMs, describeRun, describeTable, type Report } from './report.js';
import { ChaosTenant } from './tenant.js';
import { WARM_UP_ROUNDS, WarmLoad } from './warm-load.js';

const KEYS = 50;

/** No gateway is in trouble here, so nobody turns to another one. */
const PATIENCE_MS = 30_000;
const BASELINE_MS = 15_000;

/** By how much the p99 of warm keys may move. */
const P99_GROWTH_MAX = 0.5;

const HEAD = ['warm keys', 'requests', 'failed', 'p50 ms', 'p99 ms', 'max ms', 'control-plane calls/s'];

/** Floods the gateways with keys that nobody issued, each another one, and watches warm keys and the control plane. */
export async function runFlood(options: ChaosOptions, clock: Clock, print: (line: string) => void): Promise<Report> {
  await using fleet = await startFleet(clock);
  const tenant = await ChaosTenant.create(fleet, clock);
  const keys = await tenant.createKeys(KEYS);
  await using client = new FleetClient(
    fleet.gateways.map(({ url }) => url),
    clock,
    PATIENCE_MS,
  );
  const load = new WarmLoad(client, keys, clock);
  await load.warmUp(WARM_UP_ROUNDS);
  load.start(options.requestsPerSecond);
  // The first seconds compile the hot path, which is nobody's flood.
  load.beginPhase();
  await clock.sleep(BASELINE_MS);
  const before = await watch(fleet, load, clock, () => clock.sleep(BASELINE_MS));
  print('Flooding …');
  const refusals = new Map<string, number>();
  const during = await watch(fleet, load, clock, () => flood(options, client, clock, refusals));
  await load.stop();

  const growth = during.summary.p99Ms / before.summary.p99Ms - 1;
  const boundPerSecond =
    GATEWAYS * (UNKNOWN_KEY_LIMIT_DEFAULTS.perSecond + UNKNOWN_KEY_LIMIT_DEFAULTS.burst / options.floodSeconds);
  const broken = [
    ...(during.summary.failed > 0 ? [`${during.summary.failed} warm requests failed`] : []),
    ...(growth > P99_GROWTH_MAX ? [`the warm p99 grew by ${(growth * 100).toFixed(0)} %`] : []),
    ...(during.callsPerSecond > boundPerSecond ? ['the control plane was asked more often than the bound says'] : []),
    ...(refusals.has('200') ? ['an unknown key was served'] : []),
  ];
  const rows = [rowOf('before', before), rowOf('during the flood', during)];
  const answers = [...refusals].map(([answer, count]) => `${count} × ${answer}`);
  const markdown = [
    describeTable(HEAD, rows),
    '',
    describeRun('npm run chaos -- --flood --write'),
    `The flood: ${options.unknownKeysPerSecond} keys per second for ${options.floodSeconds} s, no two alike, beside ${options.requestsPerSecond} warm requests per second over ${GATEWAYS} gateways.`,
    `It was answered: ${answers.join(', ')}.`,
    `Bound of the control-plane calls over these ${options.floodSeconds} s: ${boundPerSecond.toFixed(0)} per second (${GATEWAYS} gateways × ${UNKNOWN_KEY_LIMIT_DEFAULTS.perSecond} per second, after a first burst of ${UNKNOWN_KEY_LIMIT_DEFAULTS.burst} each).`,
    `The p99 of warm keys moved by ${(growth * 100).toFixed(0)} %.`,
  ].join('\n');
  return { markdown, broken };
}

type Watched = Awaited<ReturnType<typeof watch>>;

/** Measures warm keys and calls for keys at the control plane while `act` runs. */
async function watch(fleet: Fleet, load: WarmLoad, clock: Clock, act: () => Promise<void>) {
  const callsBefore = await countCalls(fleet);
  const startedAtMs = clock.monotonicMs();
  const phase = load.beginPhase();
  await act();
  const seconds = (clock.monotonicMs() - startedAtMs) / 1000;
  return { summary: phase.summarize(), callsPerSecond: ((await countCalls(fleet)) - callsBefore) / seconds };
}

async function countCalls(fleet: Fleet): Promise<number> {
  let calls = 0;
  for (const { url } of fleet.gateways) {
    const page = new MetricsPage(await (await fetch(`${url}/metrics`)).text());
    calls += page.sum('gateway_control_plane_requests_total', { endpoint: 'resolve-key' });
  }
  return calls;
}

async function flood(
  options: ChaosOptions,
  client: FleetClient,
  clock: Clock,
  refusals: Map<string, number>,
): Promise<void> {
  const random = new SystemRandom();
  const end = new AbortController();
  const count = ({ status, text }: FleetAnswer): void => {
    const answer = status === 0 ? `no answer (${text})` : String(status);
    refusals.set(answer, (refusals.get(answer) ?? 0) + 1);
  };
  const running = runOpenLoop({
    clock,
    ratePerSecond: options.unknownKeysPerSecond,
    signal: end.signal,
    send: (index) => client.askOnly(unknownKey(random), index % GATEWAYS).then(count),
  });
  await clock.sleep(options.floodSeconds * 1000);
  end.abort();
  await running;
}

/** Looks like a key in every respect. */
function unknownKey(random: SystemRandom): string {
  return `vk-lw-live_${Buffer.from(random.bytes(13)).toString('hex').toUpperCase()}`;
}

function rowOf(name: string, { summary, callsPerSecond }: Watched): string[] {
  const { requests, failed, p50Ms, p99Ms, maxMs } = summary;
  return [name, String(requests), String(failed), ...[p50Ms, p99Ms, maxMs].map(describeMs), callsPerSecond.toFixed(1)];
}
