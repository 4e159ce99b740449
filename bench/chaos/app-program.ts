import type { Clock } from '#kernel';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answersOk } from './probe.js';
import { Program } from './program.js';

/** The compiled entry files, by the name of the program without its number. */
const MAIN_FILES: Readonly<Record<string, string>> = {
  gateway: 'apps/gateway/src/main.js',
  'control-plane': 'apps/control-plane/src/main.js',
  migrate: 'apps/control-plane/src/migrate.js',
};

/** One of our own programs. */
export interface AppProgramOptions {
  /** `gateway-1`, `control-plane` or `migrate`; also the name of its log. */
  readonly name: string;
  /** Folder of its log. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What answers 200 once it can be used. Default: it is never waited for. */
  readonly readyUrl?: string;
  readonly clock: Clock;
}

/** Makes one of our own programs from `dist`; it is not started. */
export function appProgram({ name, folder, environment, readyUrl, clock }: AppProgramOptions): Program {
  const main = MAIN_FILES[name.replace(/-\d+$/, '')];
  if (main === undefined) throw new Error(`there is no program called ${name}`);
  const plan = {
    name,
    file: process.execPath,
    args: ['--enable-source-maps', fileURLToPath(new URL(`../../${main}`, import.meta.url))],
    environment,
    logFile: join(folder, `${name}.log`),
    isReady: async () => readyUrl !== undefined && answersOk(readyUrl),
    endsWithChannel: true,
  };
  return new Program(plan, clock);
}
