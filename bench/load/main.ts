/**
 * What share of a bare Fastify + undici proxy's throughput does the gateway reach as shipped: keys, budgets, routing,
 * metrics, access log and spend journal switched on? Same core, same provider, same run.
 *
 *   npm run build && npm run bench:load
 */
import { arch, cpus, release, totalmem } from 'node:os';
import { SystemClock } from '#kernel';
import { findCores, type Cores } from './cores.js';
import { readLoadOptions, type LoadOptions } from './load-options.js';
import { askOnce, drainSpend, measure, putLoad, readSpend } from './measure.js';
import { profileProxies } from './profile-proxies.js';
import { describeColumns, describeRound, describeSummary } from './report.js';
import { startRig, type Rig } from './rig.js';
import type { Scenario } from './scenarios.js';
import { summarize, type Round } from './summary.js';

const clock = new SystemClock();

const options = readOptionsOrExit();
const cores = findCores();
console.log(describeMachine(cores));
for (const [name, value] of Object.entries(options.gatewaySettings)) console.log(`Gateway with ${name}=${value}`);
if (options.profile) {
  for (const scenario of options.scenarios) console.log(`\n${await profileProxies(scenario, options, cores)}`);
} else {
  process.exitCode = (await compare(options, cores)) === 0 ? 0 : 1;
}

/** Measures all scenarios and prints them. Resolves with the number of failures, which must be 0. */
async function compare(options: LoadOptions, cores: Cores | undefined): Promise<number> {
  await using rig = await startRig(cores, { gatewaySettings: options.gatewaySettings });
  let failures = 0;
  for (const scenario of options.scenarios) {
    console.log(`\n${scenario.name}: ${scenario.about}; ${options.connections} connections`);
    await warmUp(rig, scenario, options);
    console.log(describeColumns());
    const rounds: Round[] = [];
    for (let index = 0; index < options.rounds; index += 1) {
      const bare = await measure(rig, rig.bare, scenario, options, clock);
      const gateway = await measure(rig, rig.gateway, scenario, options, clock);
      rounds.push({ bare, gateway });
      console.log(describeRound(index, { bare, gateway }));
    }
    const summary = summarize(rounds);
    console.log(describeSummary(rounds, summary));
    failures += summary.failures;
  }
  const { admits, outcomes } = await readSpend(rig);
  console.log(`\nSpend journal: ${admits} requests admitted and ${outcomes} settled at the control plane.`);
  return failures;
}

/** Both proxies must answer alike before they are compared; then both get load, so that the engine has optimized them. */
async function warmUp(rig: Rig, scenario: Scenario, options: LoadOptions): Promise<void> {
  const [bare, gateway] = [await askOnce(rig, rig.bare, scenario), await askOnce(rig, rig.gateway, scenario)];
  if (bare !== gateway) throw new Error(`The proxies answer differently:\n${bare}\n---\n${gateway}`);
  for (const proxy of [rig.bare, rig.gateway]) {
    await putLoad(rig, proxy, scenario, options.connections, options.warmUpSeconds);
  }
  await drainSpend(rig, clock);
}

function describeMachine(cores: Cores | undefined): string {
  const [cpu] = cpus();
  const pinning =
    cores === undefined
      ? 'Not pinned (that takes Linux, taskset and two cores), so expect a wide spread.'
      : `Pinned: the proxy under test on core ${cores.proxy}; provider, control plane and load on core ${cores.rest}.`;
  return [
    `Node ${process.version}, ${process.platform} ${release()} ${arch()}, ${cpus().length} × ${cpu?.model ?? 'unknown'},`,
    `${(totalmem() / 2 ** 30).toFixed(0)} GiB. ${pinning}`,
  ].join(' ');
}

function readOptionsOrExit(): LoadOptions {
  try {
    return readLoadOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}
