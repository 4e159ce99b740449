import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cores } from './cores.js';
import { byOrigin, selfTimes, type SelfTime } from './cpu-profile.js';
import type { LoadOptions } from './load-options.js';
import { putLoad } from './measure.js';
import { startRig, type Proxy, type Rig } from './rig.js';
import type { Scenario } from './scenarios.js';

const SAMPLING_INTERVAL_MICROS = 250;
const FUNCTIONS_SHOWN = 25;
const ORIGINS_SHOWN = 20;

interface Profile {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly times: readonly SelfTime[];
}

/** Runs one scenario through each proxy under the profiler of V8 and describes where their time went. */
export async function profileProxies(
  scenario: Scenario,
  options: LoadOptions,
  cores: Cores | undefined,
): Promise<string> {
  await using rig = await startRig(cores, {
    gatewaySettings: options.gatewaySettings,
    nodeArguments: (proxy, folder) => [
      '--cpu-prof',
      `--cpu-prof-dir=${join(folder, proxy)}`,
      `--cpu-prof-interval=${SAMPLING_INTERVAL_MICROS}`,
    ],
  });
  const gateway = await profileProxy(rig, rig.gateway, scenario, options);
  const bare = await profileProxy(rig, rig.bare, scenario, options);
  return [
    `${scenario.name}: under the profiler the gateway serves ${gateway.requestsPerSecond.toFixed(0)} requests/s,`,
    `the bare proxy ${bare.requestsPerSecond.toFixed(0)}`,
    `\nSelf time in the gateway by function, idle time left out (${FUNCTIONS_SHOWN} of ${gateway.times.length})`,
    ...gateway.times.slice(0, FUNCTIONS_SHOWN).map((time) => describeFunction(time, gateway.requests)),
    '\nSelf time by origin, µs per request',
    ...compareOrigins(gateway, bare),
  ].join('\n');
}

async function profileProxy(rig: Rig, proxy: Proxy, scenario: Scenario, options: LoadOptions): Promise<Profile> {
  await putLoad(rig, proxy, scenario, options.connections, options.warmUpSeconds);
  const fromMicros = monotonicMicros();
  const result = await putLoad(rig, proxy, scenario, options.connections, options.durationSeconds);
  const toMicros = monotonicMicros();
  // The profile is written when the process ends.
  await proxy.process[Symbol.asyncDispose]();
  const folder = join(rig.folder, proxy.name);
  const [file] = await readdir(folder);
  if (file === undefined) throw new Error(`The ${proxy.name} proxy left no profile.`);
  const times = selfTimes(await readFile(join(folder, file), 'utf8'), { fromMicros, toMicros });
  return { requests: result.requests, requestsPerSecond: result.requestsPerSecond, times };
}

function describeFunction({ name, place, share, micros }: SelfTime, requests: number): string {
  const cells = [`${(share * 100).toFixed(1)} %`.padStart(8), `${(micros / requests).toFixed(1)} µs`.padStart(11)];
  return `${cells.join('')}  ${name}${place === '' ? '' : `  ${place}`}`;
}

function compareOrigins(gateway: Profile, bare: Profile): string[] {
  const ofBare = new Map(byOrigin(bare.times).map(({ name, micros }) => [name, micros / bare.requests]));
  const origins = byOrigin(gateway.times);
  const total = { gateway: sumOf(origins) / gateway.requests, bare: sumOf(bare.times) / bare.requests };
  return [
    compareLine('gateway', 'bare', 'more', ''),
    compareNumbers(total.gateway, total.bare, 'all'),
    ...origins
      .slice(0, ORIGINS_SHOWN)
      .map(({ name, micros }) => compareNumbers(micros / gateway.requests, ofBare.get(name) ?? 0, name)),
  ];
}

function compareNumbers(gateway: number, bare: number, name: string): string {
  return compareLine(gateway.toFixed(1), bare.toFixed(1), (gateway - bare).toFixed(1), name);
}

function compareLine(gateway: string, bare: string, more: string, name: string): string {
  return `${gateway.padStart(10)}${bare.padStart(10)}${more.padStart(10)}  ${name}`;
}

function sumOf(times: readonly SelfTime[]): number {
  return times.reduce((sum, { micros }) => sum + micros, 0);
}

/** The clock that the profiler stamps its samples with. */
function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
