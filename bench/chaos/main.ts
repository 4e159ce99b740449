/**
 * What do clients notice when a part of the product freezes or dies? Real processes, real signals, a steady load:
 *
 *   npm run build && npm run chaos                     the table of faults
 *   npm run chaos -- --flood                           unknown keys beside warm ones
 *   npm run chaos -- --revocation                      how soon a revoked key is refused everywhere
 *   npm run chaos -- --bootstrap                       how soon 50,000 keys are ready before the first request
 *
 * With `--write` the result replaces the one in docs/operations/failure-modes.md.
 */
import { SystemClock, type Clock } from '#kernel';
import { readChaosOptions, type ChaosOptions, type ChaosSubject } from './chaos-options.js';
import { writeMeasured, type Report } from './report.js';
import { runBootstrap } from './run-bootstrap.js';
import { runFaults } from './run-faults.js';
import { runFlood } from './run-flood.js';
import { runRevocation } from './run-revocation.js';

type Run = (options: ChaosOptions, clock: Clock, print: (line: string) => void) => Promise<Report>;

const RUNS: Readonly<Record<ChaosSubject, Run>> = {
  faults: runFaults,
  flood: runFlood,
  revocation: runRevocation,
  bootstrap: runBootstrap,
};

const options = readOptionsOrExit();
// A signal ends the process at once, and its children with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const { markdown, broken } = await RUNS[options.subject](options, new SystemClock(), console.log);
console.log(`\n${markdown}`);
if (options.write) await writeMeasured(options.subject, markdown);
for (const sentence of broken) console.error(`BROKEN: ${sentence}`);
process.exitCode = broken.length === 0 ? 0 : 1;

function readOptionsOrExit(): ChaosOptions {
  try {
    return readChaosOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}
