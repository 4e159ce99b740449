import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { SystemClock, SystemRandom } from '#kernel';
import { ChangeListener } from '../change-events/change-listener.js';
import { createTestDatabase, type TestDatabase } from '../testing/database.js';
import { openDatabase } from './database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => test.drop());

/** Ends every connection to the database but the one that this asks on. Answers how many. */
async function dropConnections(applicationName: string): Promise<number> {
  const { rows } = await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = ${applicationName} AND pid <> pg_backend_pid()`.execute(
    test.database,
  );
  return rows.length;
}

describe('a connection that the server drops', () => {
  it('between two statements of a transaction fails that transaction, and not the process', async () => {
    const database = openDatabase({ url: test.url, connectionsMax: 1 });
    try {
      // What Node does with an 'error' event that nobody listens to fails the whole test run.
      const transaction = database.transaction().execute(async (handle) => {
        await sql`SELECT 1`.execute(handle);
        expect(await dropConnections('control-plane')).toBeGreaterThan(0);
        // The news travel beside the answers: wait until they are certainly here.
        await new SystemClock().sleep(200);
        await sql`SELECT 1`.execute(handle);
      });
      await expect(transaction).rejects.toThrow();
      expect((await sql`SELECT 1`.execute(database)).rows).toHaveLength(1);
    } finally {
      await database.destroy();
    }
  });

  it('that ends for the idle time of a transaction does no more harm', async () => {
    const database = openDatabase({ url: test.url, connectionsMax: 1, statementTimeoutMs: 100 });
    try {
      const transaction = database.transaction().execute(async (handle) => {
        await sql`SELECT 1`.execute(handle);
        await new SystemClock().sleep(400);
        await sql`SELECT 1`.execute(handle);
      });
      await expect(transaction).rejects.toThrow();
      expect((await sql`SELECT 1`.execute(database)).rows).toHaveLength(1);
    } finally {
      await database.destroy();
    }
  });

  it('is made anew by whoever listens for changes', async () => {
    let heard = 0;
    const listener = new ChangeListener({
      databaseUrl: test.url,
      clock: new SystemClock(),
      random: new SystemRandom(),
    });
    listener.subscribe('gateway_changes', () => (heard += 1));
    listener.start();
    try {
      await expect.poll(() => heard, { timeout: 10_000 }).toBe(1);
      expect(await dropConnections('control-plane-changes')).toBe(1);
      await expect.poll(() => heard, { timeout: 10_000 }).toBe(2);
    } finally {
      await listener.stop();
    }
  });
});
