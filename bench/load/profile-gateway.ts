import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cores } from './cores.js';
import { byOrigin, selfTimes, type SelfTime } from './cpu-profile.js';
import type { LoadOptions } from './load-options.js';
import { putLoad } from './measure.js';
import { startRig } from './rig.js';
import type { Scenario } from './scenarios.js';

const SAMPLING_INTERVAL_MICROS = 250;
const FUNCTIONS_SHOWN = 25;
const ORIGINS_SHOWN = 15;

/** Runs one scenario through the gateway under the profiler of V8 and describes where its time went. */
export async function profileGateway(
  scenario: Scenario,
  options: LoadOptions,
  cores: Cores | undefined,
): Promise<string> {
  await using rig = await startRig(cores, {
    settings: options.gatewaySettings,
    nodeArguments: (folder) => [
      '--cpu-prof',
      `--cpu-prof-dir=${join(folder, 'profiles')}`,
      `--cpu-prof-interval=${SAMPLING_INTERVAL_MICROS}`,
    ],
  });
  await putLoad(rig, rig.gateway, scenario, options.connections, options.warmUpSeconds);
  const fromMicros = monotonicMicros();
  const { requestsPerSecond } = await putLoad(rig, rig.gateway, scenario, options.connections, options.durationSeconds);
  const toMicros = monotonicMicros();
  // The profile is written when the process ends.
  await rig.gateway.process[Symbol.asyncDispose]();
  const folder = join(rig.folder, 'profiles');
  const [file] = await readdir(folder);
  if (file === undefined) throw new Error('The gateway left no profile.');
  const times = selfTimes(await readFile(join(folder, file), 'utf8'), { fromMicros, toMicros });
  return [
    `${scenario.name}: ${requestsPerSecond.toFixed(0)} requests/s under the profiler`,
    `\nSelf time by function, as a share of the time that was not idle (${FUNCTIONS_SHOWN} of ${times.length})`,
    ...times.slice(0, FUNCTIONS_SHOWN).map(describe),
    '\nSelf time by origin',
    ...byOrigin(times).slice(0, ORIGINS_SHOWN).map(describe),
  ].join('\n');
}

function describe({ name, place, share }: SelfTime): string {
  return `${(share * 100).toFixed(1).padStart(6)} %  ${name}${place === '' ? '' : `  ${place}`}`;
}

/** The clock that the profiler stamps its samples with. */
function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
