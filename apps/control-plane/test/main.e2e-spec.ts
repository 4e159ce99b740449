import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createEmptyDatabase } from '../src/testing/database.js';
import { signedFetch } from '../src/testing/signed-fetch.js';
import { testConfig } from '../src/testing/control-plane.js';

const DIST = path.resolve(import.meta.dirname, '../../../dist/apps/control-plane/src');

let empty: Awaited<ReturnType<typeof createEmptyDatabase>>;
let children: ChildProcess[];

beforeEach(async () => {
  empty = await createEmptyDatabase(inject('postgresUrl'));
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await empty?.drop();
});

interface Program {
  readonly child: ChildProcess;
  /** Everything it has written so far. */
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

function start(script: string, changes: Record<string, string> = {}): Program {
  const config = testConfig(empty.url);
  const child = spawn(process.execPath, [path.join(DIST, script)], {
    env: {
      DATABASE_URL: empty.url,
      CONTROL_PLANE_ADDR: '127.0.0.1:0',
      LW_GATEWAY_INTERNAL_SECRET: config.internalSecrets[0],
      LW_GATEWAY_JWT_SECRET: config.jwtSecret,
      LW_VIRTUAL_KEY_PEPPER: config.keyPepper,
      CONTROL_PLANE_SEALING_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
      ...changes,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output, exit: once(child, 'close').then(([code]: (number | null)[]) => code ?? null) };
}

async function startServer(): Promise<Program & { readonly baseUrl: string }> {
  expect(await start('migrate.js').exit).toBe(0);
  const program = start('main.js');
  const address = /listening on (http:\/\/[^"\s]+)/;
  await expect.poll(program.output, { timeout: 20_000 }).toMatch(address);
  return { ...program, baseUrl: address.exec(program.output())?.[1] ?? '' };
}

describe('npm run migrate', () => {
  it('migrates, says what it did, and does it once', async () => {
    const first = start('migrate.js');
    expect(await first.exit).toBe(0);
    expect(first.output()).toMatch(/^Ran 0001_organizations\.sql/);
    const second = start('migrate.js');
    expect(await second.exit).toBe(0);
    expect(second.output()).toBe('The database was up to date.\n');
  });

  it('names the variable that is missing', async () => {
    const program = start('migrate.js', { DATABASE_URL: '' });
    expect(await program.exit).toBe(1);
    expect(program.output()).toContain('DATABASE_URL is not set');
  });
});

describe('reseal.js', () => {
  it('says what it sealed anew, and with which key', async () => {
    expect(await start('migrate.js').exit).toBe(0);
    const keys = [2, 1].map((version) => `${version}:${Buffer.alloc(32, version).toString('base64')}`).join();
    const program = start('reseal.js', { CONTROL_PLANE_SEALING_KEYS: keys });
    expect(await program.exit).toBe(0);
    expect(program.output()).toBe(
      'Sealed anew with key 2 (model providers: 0, virtual keys: 0, answers: 0). Older keys can be dropped.\n',
    );
  });

  it('names the variable that is missing', async () => {
    const program = start('reseal.js', { CONTROL_PLANE_SEALING_KEYS: '' });
    expect(await program.exit).toBe(1);
    expect(program.output()).toContain('CONTROL_PLANE_SEALING_KEYS is not set');
  });
});

describe('the server', () => {
  it('warns at its start while a previous secret is set, without showing it', async () => {
    expect(await start('migrate.js').exit).toBe(0);
    const program = start('main.js', { LW_VIRTUAL_KEY_PEPPER_PREVIOUS: 'an-old-pepper-of-32-characters!!' });
    await expect.poll(program.output, { timeout: 20_000 }).toContain('listening on');
    expect(program.output()).toContain('LW_VIRTUAL_KEY_PEPPER_PREVIOUS is set');
    expect(program.output()).not.toContain('an-old-pepper');
  });

  it('refuses a database that was not migrated, in one sentence with the command that mends it', async () => {
    const program = start('main.js');
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(/^The database lacks \d+ migrations, .*: run "npm run migrate" first\.\n$/);
  });

  it('refuses a configuration that cannot work, naming every variable', async () => {
    const program = start('main.js', { LW_GATEWAY_JWT_SECRET: '', LW_VIRTUAL_KEY_PEPPER: 'short' });
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(/LW_GATEWAY_JWT_SECRET is not set; .*\n.*LW_VIRTUAL_KEY_PEPPER must be/);
  });

  it('says that the database cannot be reached, without its password', async () => {
    const program = start('main.js', { DATABASE_URL: 'postgres://app:hunter2@127.0.0.1:1/x' });
    expect(await program.exit).toBe(1);
    expect(program.output()).toContain('The database cannot be reached');
    expect(program.output()).not.toContain('hunter2');
  });

  it('ends long polls with 204 on SIGTERM and leaves with code 0', async () => {
    const server = await startServer();
    const target = { baseUrl: server.baseUrl, config: testConfig(empty.url) };
    expect((await signedFetch(target, '/health')).status).toBe(200);
    const poll = signedFetch(target, '/changes?organization_id=org_x&timeout_s=25');
    // The poll is on its way when a request that was sent after it has been answered.
    await signedFetch(target, '/changes?organization_id=org_x&timeout_s=1');
    const startedAt = performance.now();
    server.child.kill('SIGTERM');
    expect((await poll).status).toBe(204);
    expect(await server.exit).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
