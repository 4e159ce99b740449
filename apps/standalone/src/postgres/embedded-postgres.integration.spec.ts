import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SystemClock } from '#kernel';
import { EmbeddedPostgres } from './embedded-postgres.js';

let folder: string;
const started: EmbeddedPostgres[] = [];

beforeEach(async () => {
  // mkdtemp makes a private folder (0700): run as root, this is the case that another account cannot enter.
  folder = await mkdtemp(path.join(tmpdir(), 'embedded-postgres-'));
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

it('keeps its data over a restart, in a folder that only its owner may enter', async () => {
  const first = server();
  await query(await first.start(), 'create table marks as select 7 as mark');
  await first.stop();

  const rows = await query(await server().start(), 'select mark from marks');

  expect(rows).toEqual([{ mark: 7 }]);
  expect((await stat(path.join(folder, 'data'))).mode & 0o777).toBe(0o700);
});

it('refuses a connection without the password', async () => {
  const url = new URL(await server().start());
  url.password = 'wrong';

  await expect(query(url.href, 'select 1')).rejects.toThrow(/password authentication failed/);
});

it('names the reason when it cannot start', async () => {
  const url = await server().start();
  const port = Number(new URL(url).port);
  const second = new EmbeddedPostgres({
    dataDir: path.join(folder, 'other'),
    logFile: path.join(folder, 'other.log'),
    password: 'secret',
    port,
    durable: false,
    clock: new SystemClock(),
  });

  await expect(second.start()).rejects.toThrow(/could not create any TCP\/IP sockets|does not answer/);
});

it('deletes the folder that it was told to delete', async () => {
  const doomed = await mkdtemp(path.join(tmpdir(), 'embedded-postgres-'));
  const server = new EmbeddedPostgres({
    dataDir: path.join(doomed, 'data'),
    logFile: path.join(folder, 'server.log'),
    password: 'secret',
    durable: false,
    clock: new SystemClock(),
    removeAfterwards: path.join(doomed, 'data'),
  });
  await server.start();
  await server.stop();

  await expect(stat(path.join(doomed, 'data'))).rejects.toThrow(/ENOENT/);
  await rm(doomed, { recursive: true, force: true });
});

function server(): EmbeddedPostgres {
  const server = new EmbeddedPostgres({
    dataDir: path.join(folder, 'data'),
    logFile: path.join(folder, 'server.log'),
    password: `secret ${'@'}:/`,
    durable: false,
    clock: new SystemClock(),
  });
  started.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url, application_name: `test-${randomUUID()}` });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
