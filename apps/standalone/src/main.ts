import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SystemClock, SystemRandom } from '#kernel';
import { Printer } from './printer.js';
import { readSettings, USAGE } from './settings.js';
import { Standalone } from './standalone.js';
import { StartupError } from './startup-error.js';
import { printWelcome } from './welcome.js';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Where this file lies once compiled: `<project>/dist/apps/standalone/src`. */
const distDir = fileURLToPath(new URL('../../../', import.meta.url));
const printer = new Printer((text) => process.stdout.write(text));

// A reader that goes away, as in `npm start | head`, takes the printing with it and not the product.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// The clock's waits do not keep a process alive, and between two parts there is at times nothing else that would.
const KEEP_ALIVE_INTERVAL_MS = 2 ** 30;
setInterval(() => undefined, KEEP_ALIVE_INTERVAL_MS);

process.exit(await main());

/** Starts, runs until it is told to stop or a part ends, stops everything, and answers the exit code. */
async function main(): Promise<number> {
  const stopping = stopRequest();
  let standalone: Standalone | undefined;
  try {
    const settings = readSettings(process.argv.slice(2), process.env, path.dirname(path.resolve(distDir)));
    if (settings.help) {
      printer.say(USAGE);
      return 0;
    }
    standalone = new Standalone({
      settings,
      environment: process.env,
      distDir,
      printer,
      clock: new SystemClock(),
      random: new SystemRandom(),
    });
    const running = await standalone.start(stopping);
    printWelcome(printer, running, standalone.folder.local);
    return await runUntilEnd(standalone, stopping);
  } catch (error) {
    if (stopping.aborted) return 0;
    if (!(error instanceof StartupError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    return 1;
  } finally {
    await standalone?.stop();
  }
}

async function runUntilEnd(standalone: Standalone, stopping: AbortSignal): Promise<number> {
  const asked = new Promise<undefined>((resolve) => {
    if (stopping.aborted) resolve(undefined);
    stopping.addEventListener('abort', () => resolve(undefined));
  });
  const ended = await Promise.race([asked, standalone.ended()]);
  if (ended === undefined) {
    printer.say('\nStopping …');
    return 0;
  }
  process.stderr.write(
    `\nThe ${ended} ended by itself, so everything stops: ${standalone.folder.folder}/log says why.\n`,
  );
  return 1;
}

/** Aborts when we are told to end. A repeated signal changes nothing: each stop has a deadline of its own. */
function stopRequest(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  // The channel to `scripts/start.mjs` closes when that is killed.
  process.once('disconnect', stop);
  return controller.signal;
}
