import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SystemClock } from '#kernel';
import { clearStaleLock } from './stale-lock.js';

const NO_PROCESS = 2 ** 22 + 1;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stale-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['a process that is gone', NO_PROCESS],
  ['a process that is not PostgreSQL, as after a restart of a container', process.pid],
])('clears the lock of %s', async (_what, pid) => {
  await writeFile(path.join(folder, 'postmaster.pid'), `${pid}\n/data\n`);

  await clearStaleLock(folder, new SystemClock());

  expect(await readdir(folder)).toEqual([]);
});

it('does nothing where there is no lock', async () => {
  await expect(clearStaleLock(path.join(folder, 'missing'), new SystemClock())).resolves.toBeUndefined();
});
