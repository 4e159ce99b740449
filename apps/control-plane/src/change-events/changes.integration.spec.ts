import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { SeededRandom } from '#kernel';
import { type ChangesResponse, changesResponseSchema } from '#gateway-protocol';
import { type TestControlPlane, startTestControlPlane } from '../testing/control-plane.js';
import { Seed } from '../testing/seed.js';
import { signedFetch } from '../testing/signed-fetch.js';
import { ChangeFeed } from './change-feed.js';
import { recordChange } from './record-change.js';

let plane: TestControlPlane;
let seed: Seed;

beforeAll(async () => {
  plane = await startTestControlPlane(inject('postgresUrl'));
});

beforeEach(async () => {
  seed = await Seed.create(plane.database);
});

afterAll(async () => {
  await plane?.close();
});

async function poll(since: string, timeoutSeconds = 1, signal?: AbortSignal): Promise<Response> {
  const query = new URLSearchParams({
    organization_id: seed.organization.id,
    since,
    timeout_s: String(timeoutSeconds),
  });
  return signedFetch(plane, `/changes?${query.toString()}`, signal === undefined ? {} : { signal });
}

/** Polls in the background; resolves once the reader has arrived. */
async function startWaiting(timeoutSeconds: number): Promise<{ readonly answer: Promise<Response> }> {
  const answer = poll('0', timeoutSeconds);
  await expect.poll(() => plane.app.get(ChangeFeed).readerCount, { interval: 5 }).toBe(1);
  return { answer };
}

async function changesOf(response: Response): Promise<ChangesResponse> {
  expect(response.status).toBe(200);
  return changesResponseSchema.parse(await response.json());
}

/** Follows the feed from the start until it holds `count` changes. */
async function follow(count: number): Promise<string[]> {
  const seen: string[] = [];
  for (let since = '0'; seen.length < count;) {
    const { changes, current_revision: revision } = await changesOf(await poll(since, 20));
    seen.push(...changes.map((change) => change.virtual_key_id ?? ''));
    since = revision;
  }
  return seen;
}

async function change(virtualKeyId = 'vk_1', organizationId = seed.organization.id): Promise<void> {
  await recordChange(plane.database, { organizationId, kind: 'VK_REVOKED', virtualKeyId });
}

describe('the change feed', () => {
  it('answers what happened since a revision, with every id', async () => {
    await change('vk_1');
    const { changes, current_revision: first } = await changesOf(await poll('0'));
    expect(changes).toEqual([
      {
        kind: 'VK_REVOKED',
        virtual_key_id: 'vk_1',
        budget_id: null,
        model_provider_id: null,
        project_id: null,
        revision: first,
      },
    ]);
    await change('vk_2');
    expect((await changesOf(await poll(first))).changes.map((event) => event.virtual_key_id)).toEqual(['vk_2']);
  });

  it('says 204 with the revision when nothing happened in time', async () => {
    await change();
    const { current_revision: current } = await changesOf(await poll('0'));
    const startedAt = performance.now();
    const response = await poll(current, 1);
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    expect([response.status, response.headers.get('x-langwatch-revision')]).toEqual([204, current]);
  });

  it('brings a reader back that is ahead, as after a restored backup', async () => {
    await change();
    const { current_revision: current } = await changesOf(await poll('0'));
    expect((await poll(String(BigInt(current) + 500n))).headers.get('x-langwatch-revision')).toBe(current);
  });

  it('wakes a waiting reader within 200 ms of the commit', async () => {
    const { answer } = await startWaiting(20);
    const startedAt = performance.now();
    await change();
    await changesOf(await answer);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });

  it('tells a reader nothing of another organization', async () => {
    const other = await Seed.create(plane.database);
    const { answer } = await startWaiting(1);
    await change('vk_other', other.organization.id);
    expect((await answer).status).toBe(204);
  });

  it('hears again after its connection was cut', async () => {
    const cut = async (): Promise<bigint> => {
      const result = await sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'control-plane-changes'`.execute(plane.database);
      return BigInt(result.rows.length);
    };
    expect(await cut()).toBe(1n);
    const { answer } = await startWaiting(20);
    await change('vk_after_cut');
    expect((await changesOf(await answer)).changes).toHaveLength(1);
    await expect.poll(cut, { timeout: 5_000 }).toBe(1n);
  });

  it('lets go of a reader that leaves', async () => {
    const leave = new AbortController();
    const gone = poll('0', 25, leave.signal).catch(() => 'gone');
    await expect.poll(() => plane.app.get(ChangeFeed).readerCount).toBe(1);
    leave.abort();
    expect(await gone).toBe('gone');
    await expect.poll(() => plane.app.get(ChangeFeed).readerCount).toBe(0);
  });

  it('hands out at most 500 changes at a time and the rest after', async () => {
    await plane.database
      .insertInto('change_events')
      .values(
        Array.from({ length: 501 }, (_, index) => ({
          organization_id: seed.organization.id,
          kind: 'VK_CONFIG_UPDATED' as const,
          virtual_key_id: `vk_${index}`,
          budget_id: null,
          model_provider_id: null,
          project_id: null,
        })),
      )
      .execute();
    const { changes, current_revision: revision } = await changesOf(await poll('0'));
    expect(changes).toHaveLength(500);
    expect((await changesOf(await poll(revision))).changes).toHaveLength(1);
  });

  it.each([
    ['', 'missing_organization_id'],
    ['?organization_id=o&since=x', 'invalid_since'],
  ])('refuses the query "%s"', async (query, code) => {
    const response = await signedFetch(plane, `/changes${query}`);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code } }]);
  });
});

async function backendsThatWait(): Promise<number> {
  const waiting = await sql`
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'`.execute(
    plane.database,
  );
  return waiting.rows.length;
}

describe('the order of revisions', () => {
  it('makes a later change of the same organization wait for the commit of an earlier one', async () => {
    let commitFirst = (): void => undefined;
    const mayCommit = new Promise<void>((resolve) => (commitFirst = resolve));
    let recorded = (): void => undefined;
    const firstIsRecorded = new Promise<void>((resolve) => (recorded = resolve));
    const first = plane.database.transaction().execute(async (transaction) => {
      await recordChange(transaction, {
        organizationId: seed.organization.id,
        kind: 'VK_REVOKED',
        virtualKeyId: 'first',
      });
      recorded();
      await mayCommit;
    });
    await firstIsRecorded;
    let secondIsDone = false;
    const second = change('second').then(() => (secondIsDone = true));
    try {
      const other = await Seed.create(plane.database);
      // Another organization does not wait.
      await change('elsewhere', other.organization.id);
      await expect.poll(backendsThatWait).toBe(1);
      expect(secondIsDone).toBe(false);
    } finally {
      commitFirst();
      await Promise.all([first, second]);
    }
    expect(await follow(2)).toEqual(['first', 'second']);
  });

  it('lets no follower miss or repeat a change, whatever order transactions commit in', async () => {
    const random = new SeededRandom(42);
    const writers = Array.from({ length: 60 }, async (_, index) => {
      await delay(random.next() * 200);
      await plane.database.transaction().execute(async (transaction) => {
        await recordChange(transaction, {
          organizationId: seed.organization.id,
          kind: 'VK_REVOKED',
          virtualKeyId: `vk_${index}`,
        });
        await delay(random.next() * 15);
      });
    });
    const followers = [follow(60), follow(60), follow(60)];
    await Promise.all(writers);
    for (const seen of await Promise.all(followers)) {
      expect(new Set(seen).size).toBe(60);
      expect(seen).toHaveLength(60);
    }
  });
});
