import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createEmptyDatabase } from '../testing/database.js';
import { findMigrationsFolder, readMigrations } from './migrations.js';
import { assertMigrated, migrate } from './migrator.js';

let empty: Awaited<ReturnType<typeof createEmptyDatabase>>;
let folder: string;

beforeEach(async () => {
  empty = await createEmptyDatabase(inject('postgresUrl'));
  folder = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  await write('0001_one.sql', 'CREATE TABLE one (id integer PRIMARY KEY)');
  await write('0002_two.sql', 'CREATE TABLE two (id integer PRIMARY KEY)');
});

afterEach(async () => {
  await empty?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, sql: string): Promise<void> {
  await writeFile(path.join(folder, name), sql);
}

async function run(): Promise<readonly string[]> {
  return migrate(empty.url, await readMigrations(folder));
}

async function check(): Promise<void> {
  await assertMigrated(empty.url, await readMigrations(folder));
}

async function tables(): Promise<string[]> {
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  const result = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  await client.end();
  return result.rows.map(({ name }) => name);
}

describe('migrate', () => {
  it('runs each migration once, in order', async () => {
    expect(await run()).toEqual(['0001_one.sql', '0002_two.sql']);
    expect(await run()).toEqual([]);
    await write('0003_three.sql', 'DROP TABLE one');
    expect(await run()).toEqual(['0003_three.sql']);
    expect(await tables()).toEqual(['schema_migrations', 'two']);
  });

  it('does the work once when several start at the same time', async () => {
    const done = await Promise.all([run(), run(), run(), run()]);
    expect(done.flat()).toEqual(['0001_one.sql', '0002_two.sql']);
  });

  it('leaves no trace of a migration that fails, and keeps those before it', async () => {
    await write('0003_broken.sql', 'CREATE TABLE three (id integer); SELECT no_such_function()');
    await expect(run()).rejects.toThrow('0003_broken.sql failed and left no trace: function no_such_function()');
    expect(await tables()).toEqual(['one', 'schema_migrations', 'two']);
    await write('0003_broken.sql', 'CREATE TABLE three (id integer)');
    expect(await run()).toEqual(['0003_broken.sql']);
  });

  it('refuses a file that was changed after it ran', async () => {
    await run();
    await write('0001_one.sql', 'CREATE TABLE other (id integer)');
    await expect(run()).rejects.toThrow('0001_one.sql is not the file that the database has run as 0001_one.sql');
  });

  it('brings a database to the schema of this version, twice without a change', async () => {
    const own = await readMigrations();
    expect(await migrate(empty.url, own)).toHaveLength(own.length);
    expect(await migrate(empty.url, own)).toEqual([]);
    expect(await tables()).toContain('spend_ledger');
  });
});

describe('assertMigrated', () => {
  it('says nothing when everything fits', async () => {
    await run();
    await expect(check()).resolves.toBeUndefined();
  });

  it('names what is missing and the command that mends it', async () => {
    await expect(check()).rejects.toThrow(
      'The database lacks 2 migrations, from 0001_one.sql on: run "npm run migrate" first.',
    );
    expect(await tables()).toEqual([]);
    await run();
    await write('0003_three.sql', 'SELECT 1');
    await expect(check()).rejects.toThrow('The database lacks 1 migration, from 0003_three.sql on');
  });

  it('refuses a database of a newer version', async () => {
    await write('0003_three.sql', 'SELECT 1');
    await run();
    await rm(path.join(folder, '0003_three.sql'));
    await expect(check()).rejects.toThrow('The database has run 0003_three.sql, which this version does not ship');
  });

  it('refuses changed history', async () => {
    await run();
    await write('0002_two.sql', 'SELECT 1');
    await expect(check()).rejects.toThrow('restore the original file and put the change into a new one');
  });
});

describe('the migration files', () => {
  it.each([
    ['0004_gap.sql', 'without gaps, but found 0004_gap.sql'],
    ['0002_double.sql', 'without gaps'],
    ['3_short.sql', 'is not named like 0001_what_it_does.sql'],
  ])('must be numbered properly, unlike %s', async (name, message) => {
    await write(name, 'SELECT 1');
    await expect(readMigrations(folder)).rejects.toThrow(message);
  });

  it('are found from source and from a build alike', async () => {
    const found = findMigrationsFolder();
    const fromBuild = findMigrationsFolder(path.resolve(found, '../../../dist/apps/control-plane/src/database'));
    expect(fromBuild).toBe(found);
    expect(await readFile(path.join(found, '0001_organizations.sql'), 'utf8')).toContain('CREATE TABLE organizations');
    expect(() => findMigrationsFolder(tmpdir())).toThrow('The migration files are missing');
  });
});
