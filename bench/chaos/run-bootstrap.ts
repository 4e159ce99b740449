import { SystemRandom, type Clock } from '#kernel';
import type { ChaosOptions } from './chaos-options.js';
import { FleetClient } from './fleet-client.js';
import { startFleet } from './fleet.js';
import { describeMs, describeRun, describeTable, type Report } from './report.js';
import { seedKeys } from './seed-keys.js';
import { ChaosTenant } from './tenant.js';

/** The stated bound for 50,000 keys, from the start of the process to the moment when it may be sent requests. */
const BOUND_MS = 5_000;
const BOOTSTRAP_SETTINGS = { LW_GATEWAY_BOOTSTRAP_ALL_KEYS: 'true' };

/** Starts of either kind, in turn. */
const ROUNDS = 3;

/** Keys that are presented after the start, while the control plane is frozen. */
const PRESENTED = 200;

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
  const [lazy, whole]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    lazy.push(await gateway.program.start());
    await gateway.program.stop();
    whole.push(await gateway.program.start(BOOTSTRAP_SETTINGS));
    print(`lazily ${describeMs(lazy.at(-1) ?? NaN)} ms, with all keys ${describeMs(whole.at(-1) ?? NaN)} ms`);
    if (round < ROUNDS - 1) await gateway.program.stop();
  }

  fleet.controlPlane.freeze();
  await using client = new FleetClient([gateway.url], clock);
  const served = await countServed(client, keys);
  const [lazyMs, wholeMs] = [ascending(lazy), ascending(whole)];
  const bootstrapMs = (wholeMs[1] ?? NaN) - (lazyMs[1] ?? NaN);
  const row = (name: string, times: readonly number[], note: string): string[] => [
    name,
    String(times.length),
    ...times.map(describeMs),
    note,
  ];
  const markdown = [
    describeTable(HEAD, [
      row('without loading keys', lazyMs, 'to `/startupz` 200'),
      row(`with ${keys.length} keys`, wholeMs, `to \`/startupz\` 200; loading itself ${describeMs(bootstrapMs)} ms`),
    ]),
    '',
    describeRun('npm run chaos -- --bootstrap --write'),
    `Then the control plane was frozen: of ${PRESENTED} keys drawn at random, none of which the gateway had seen, ${served} were served.`,
  ].join('\n');
  const broken = [
    ...((wholeMs[1] ?? NaN) < BOUND_MS ? [] : [`the start takes ${BOUND_MS} ms or more`]),
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

function ascending(times: readonly number[]): readonly number[] {
  return [...times].sort((left, right) => left - right);
}
