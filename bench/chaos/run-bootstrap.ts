import { SystemRandom, type Clock } from '#kernel';
import type { ChaosOptions } from './chaos-options.js';
import { FleetClient } from './fleet-client.js';
import { spreadOf, type Spread } from '../load/summary.js';
import { startFleet } from './fleet.js';
import type { Program } from './program.js';
import { describeMs, describeRun, describeTable, type Report } from './report.js';
import { seedKeys } from './seed-keys.js';
import { ChaosTenant } from './tenant.js';

/** The stated bound for loading 50,000 keys on two cores; the start of the process itself comes on top. */
const BOUND_MS = 5_000;
const BOOTSTRAP_SETTINGS = { LW_GATEWAY_BOOTSTRAP_ALL_KEYS: 'true' };

/** Starts of either kind, in turn. */
const ROUNDS = 3;

/** Keys that are presented after the start, while the control plane is frozen. */
const PRESENTED = 200;

interface Start {
  readonly tookMs: number;
  readonly gatewayCpuMs: number;
  readonly controlPlaneCpuMs: number;
}

const HEAD = ['start of a gateway', 'starts', 'best ms', 'median ms', 'worst ms', 'note'];

/** Starts a gateway that loads every key first, and one that loads none, and takes the difference. */
export async function runBootstrap(
  options: ChaosOptions,
  clock: Clock,
  print: (line: string) => void,
): Promise<Report> {
  await using fleet = await startFleet(clock, { gateways: 1, startsGateways: false });
  const tenant = await ChaosTenant.create(fleet, clock);
  const keys = await seedKeys(fleet.postgres.url, tenant, options.bootstrapKeys, clock);
  print(`${keys.length} keys are in the database.`);
  const [gateway] = fleet.gateways;
  if (gateway === undefined) throw new Error('a fleet has a gateway');
  const [lazy, whole]: [Start[], Start[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    lazy.push(await timeStart(gateway.program, fleet.controlPlane));
    await gateway.program.stop();
    whole.push(await timeStart(gateway.program, fleet.controlPlane, BOOTSTRAP_SETTINGS));
    if (round < ROUNDS - 1) await gateway.program.stop();
    print(
      `lazily ${describeMs(lazy.at(-1)?.tookMs ?? NaN)} ms, with all keys ${describeMs(whole.at(-1)?.tookMs ?? NaN)} ms`,
    );
  }

  fleet.controlPlane.freeze();
  await using client = new FleetClient([gateway.url], clock);
  const served = await countServed(client, keys);
  const [lazyMs, wholeMs] = [spreadOf(lazy.map(({ tookMs }) => tookMs)), spreadOf(whole.map(({ tookMs }) => tookMs))];
  const cpuMs = (of: 'gatewayCpuMs' | 'controlPlaneCpuMs'): number =>
    spreadOf(whole.map((start) => start[of])).median - spreadOf(lazy.map((start) => start[of])).median;
  const row = (name: string, { min, median, max }: Spread, note: string): string[] => [
    name,
    String(ROUNDS),
    ...[min, median, max].map(describeMs),
    note,
  ];
  const markdown = [
    describeTable(HEAD, [
      row('without loading keys', lazyMs, 'to `/startupz` 200'),
      row(`with ${keys.length} keys`, wholeMs, 'to `/startupz` 200'),
    ]),
    '',
    describeRun('npm run chaos -- --bootstrap --write'),
    `Loading itself takes ${describeMs(wholeMs.median - lazyMs.median)} ms of time, and ${describeMs(cpuMs('gatewayCpuMs'))} ms of processor time in the gateway and ${describeMs(cpuMs('controlPlaneCpuMs'))} ms in the control plane.`,
    `Then the control plane was frozen: of ${PRESENTED} keys drawn at random, none of which the gateway had seen, ${served} were served.`,
  ].join('\n');
  const broken = [
    ...(wholeMs.median - lazyMs.median < BOUND_MS ? [] : [`loading takes ${BOUND_MS} ms or more`]),
    ...(served === PRESENTED ? [] : [`${PRESENTED - served} keys were not served`]),
  ];
  return { markdown, broken };
}

async function countServed(client: FleetClient, keys: readonly string[]): Promise<number> {
  const random = new SystemRandom();
  let served = 0;
  for (let count = 0; count < PRESENTED; count += 1) {
    const { status } = await client.askOnly(keys[Math.floor(random.next() * keys.length)] ?? '', 0);
    if (status === 200) served += 1;
  }
  return served;
}

/** Starts the gateway, and says what that took until it may be sent requests. */
async function timeStart(
  gateway: Program,
  controlPlane: Program,
  changes: Readonly<Record<string, string>> = {},
): Promise<Start> {
  const before = controlPlane.cpuMs ?? NaN;
  const tookMs = await gateway.start(changes);
  return { tookMs, gatewayCpuMs: gateway.cpuMs ?? NaN, controlPlaneCpuMs: (controlPlane.cpuMs ?? NaN) - before };
}
