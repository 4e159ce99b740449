/**
 * What does a client see, and what is billed, for everything that a provider can do wrong? The real product, two model
 * providers for each dialect, and every fault of the fake upstream:
 *
 *   npm run reliability                compares with docs/reliability.md; fails when anything differs, or breaks a promise
 *   npm run reliability -- --write     writes what was found there, with the time that a fall-over adds
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SystemClock } from '#kernel';
import { describeRun } from '../chaos/report.js';
import { measureFallOver, writeFallOverTimes } from './fall-over-times.js';
import { makeFaultTable } from './fault-table.js';
import { differenceOf, readSection, replaceSection, timesSection } from './page.js';
import { PAIRINGS, RESUME_PAIRINGS } from './pairings.js';
import { startRig } from './start-rig.js';
import { createTenants } from './tenant.js';

const PAGE = fileURLToPath(new URL('../../../docs/reliability.md', import.meta.url));

/** Pairings for which times are measured. */
const TIMED = new Set(['chat', 'messages', 'chat2anthropic']);

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
// A signal ends the process at once, and its children with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const clock = new SystemClock();
await using rig = await startRig(clock);
const tenants = await createTenants(rig, RESUME_PAIRINGS);
const { markdown, broken } = await makeFaultTable(rig, tenants, clock, console.log);
const timed = PAIRINGS.filter(({ id }) => TIMED.has(id));
const times = writeFallOverTimes(await measureFallOver(rig, tenants, timed, clock));
console.log(`\n${times}\n`);
for (const sentence of broken) console.error(`BROKEN: ${sentence}`);
const page = await readFile(PAGE, 'utf8');
const differences = differenceOf(readSection(page).table, markdown);
if (values.write)
  await writeFile(PAGE, replaceSection(page, { table: markdown, times: timesSection(describeTimes()) }));
else for (const line of differences) console.error(line);
process.exitCode = broken.length > 0 || (differences.length > 0 && !values.write) ? 1 : 0;

function describeTimes(): string {
  const about =
    'Medians, one request at a time, each provider asked once. What is added is the time of the answer, less that of a healthy one, less the failed attempt as `X-LangWatch-Attempts` has it, in whole milliseconds, so it may be half a millisecond off; where the same provider is asked again first, its wait comes on top.';
  return `${about}\n\n${times}\n\n${describeRun('npm run reliability -- --write')}`;
}
