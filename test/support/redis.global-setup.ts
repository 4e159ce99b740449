import { execFile } from 'node:child_process';
import { access, chmod, constants, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A Redis or Valkey server to start, or one sentence on how to get one where there is none. */
    redisServer: { readonly path: string } | { readonly problem: string };
  }
}

const run = promisify(execFile);
const TOOLS = path.resolve('var', 'tools');
const PACKAGES = ['redis-server', 'redis-tools', 'liblzf1', 'libjemalloc2', 'libatomic1'];
const FETCH_TIMEOUT_MS = 90_000;

/**
 * Finds a real Redis or Valkey server for the tests that start one: on the PATH, else named by REDIS_SERVER, else kept
 * in `var/tools` from an earlier run, else fetched there from the packages of a Debian system, without installing it.
 *
 * Where there is none, the tests that need it fail and say what to install; the others run.
 */
export default async function findRedisServer(project: TestProject): Promise<void> {
  const found = (await onPath()) ?? (await named()) ?? (await kept()) ?? (await fetched());
  project.provide('redisServer', found === undefined ? { problem: PROBLEM } : { path: found });
}

const PROBLEM =
  'This test starts a Redis server and finds none: install redis-server or valkey-server, or set REDIS_SERVER to its path.';

async function onPath(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    for (const name of ['redis-server', 'valkey-server']) {
      const file = path.join(folder, name);
      if (folder !== '' && (await isProgram(file))) return file;
    }
  }
  return undefined;
}

async function named(): Promise<string | undefined> {
  const file = process.env['REDIS_SERVER'];
  return file !== undefined && (await isProgram(file)) ? file : undefined;
}

const KEPT = path.join(TOOLS, 'redis', 'redis-server');

async function kept(): Promise<string | undefined> {
  return (await isProgram(KEPT)) ? KEPT : undefined;
}

async function fetched(): Promise<string | undefined> {
  await mkdir(TOOLS, { recursive: true });
  const folder = await mkdtemp(path.join(TOOLS, 'fetch-'));
  try {
    await run('apt-get', ['download', ...PACKAGES], { cwd: folder, timeout: FETCH_TIMEOUT_MS });
    const archives = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
    for (const archive of archives) await run('dpkg-deb', ['-x', archive, 'root'], { cwd: folder });
    await writeFile(path.join(folder, 'redis-server'), LAUNCHER);
    await chmod(path.join(folder, 'redis-server'), 0o755);
    for (const archive of archives) await rm(path.join(folder, archive));
    // At once and last, so that a run that is cut short leaves nothing that looks like a server.
    await rename(folder, path.dirname(KEPT));
  } catch {
    await rm(folder, { recursive: true, force: true });
  }
  // Another run may have been quicker; what counts is that one is there now, and that it starts.
  return (await kept()) !== undefined && (await starts(KEPT)) ? KEPT : undefined;
}

/** Becomes the server itself, so that signals to the process that was started reach it. */
const LAUNCHER = `#!/bin/sh
root="$(dirname "$0")/root"
for folder in "$root"/usr/lib/*-linux-gnu; do LD_LIBRARY_PATH="$folder\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"; done
export LD_LIBRARY_PATH
exec "$root/usr/bin/redis-server" "$@"
`;

async function starts(file: string): Promise<boolean> {
  try {
    await run(file, ['--version']);
    return true;
  } catch {
    return false;
  }
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
