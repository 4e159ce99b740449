import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type ChangeCursorsResponse, changeCursorsResponseSchema, errorEnvelopeSchema } from '#gateway-protocol';
import { type TestControlPlane, startTestControlPlane } from '../testing/control-plane.js';
import { Seed } from '../testing/seed.js';
import { signedFetch } from '../testing/signed-fetch.js';
import { MultiplexedFeed } from './multiplexed-feed.js';
import { recordChange } from './record-change.js';

let plane: TestControlPlane;
let one: string;
let two: string;

beforeAll(async () => {
  plane = await startTestControlPlane(inject('postgresUrl'));
});

beforeEach(async () => {
  one = (await Seed.create(plane.database)).organization.id;
  two = (await Seed.create(plane.database)).organization.id;
});

afterAll(async () => {
  await plane?.close();
});

async function poll(cursors: unknown, timeoutSeconds = 1, signal?: AbortSignal): Promise<Response> {
  const body = JSON.stringify({ cursors, timeout_s: timeoutSeconds });
  return signedFetch(plane, '/changes', { body, ...(signal === undefined ? {} : { signal }) });
}

async function newsOf(response: Response): Promise<ChangeCursorsResponse['organizations']> {
  expect(response.status).toBe(200);
  return changeCursorsResponseSchema.parse(await response.json()).organizations;
}

async function change(organizationId: string, virtualKeyId = 'vk_1'): Promise<void> {
  await recordChange(plane.database, { organizationId, kind: 'VK_REVOKED', virtualKeyId });
}

async function untilWaiting(): Promise<void> {
  await expect.poll(() => plane.app.get(MultiplexedFeed).readerCount, { interval: 5 }).toBe(1);
}

describe('POST /changes', () => {
  it('answers what happened in each organization since its own cursor, and nothing of the others', async () => {
    await change(one, 'vk_a');
    await change(two, 'vk_b');
    const first = await newsOf(await poll({ [one]: '0', [two]: '0' }));
    expect(Object.keys(first).toSorted()).toEqual([one, two].toSorted());
    expect(first[one]?.changes).toMatchObject([{ kind: 'VK_REVOKED', virtual_key_id: 'vk_a' }]);
    const revision = first[one]?.current_revision ?? '';
    expect(first[one]?.changes.at(-1)?.revision).toBe(revision);
    await change(one, 'vk_c');
    const second = await newsOf(await poll({ [one]: revision, [two]: first[two]?.current_revision }));
    expect(Object.keys(second)).toEqual([one]);
    expect(second[one]?.changes.map((event) => event.virtual_key_id)).toEqual(['vk_c']);
  });

  it('answers as soon as something happens in one of them', async () => {
    const answer = poll({ [one]: '0', [two]: '0' }, 20);
    await untilWaiting();
    const changedAt = performance.now();
    await change(two);
    expect(Object.keys(await newsOf(await answer))).toEqual([two]);
    expect(performance.now() - changedAt).toBeLessThan(2_000);
  });

  it('says 204 without a body when nothing happened in time', async () => {
    const response = await poll({ [one]: '0', [two]: '0' });
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('tells a reader that is ahead where the feed is, at once', async () => {
    await change(one);
    const revision = (await newsOf(await poll({ [one]: '0' })))[one]?.current_revision ?? '';
    const news = await newsOf(await poll({ [one]: '9'.repeat(18), [two]: '7', [`${one}x`]: '5' }, 20));
    expect(news).toEqual({
      [one]: { current_revision: revision, changes: [] },
      [two]: { current_revision: '0', changes: [] },
      [`${one}x`]: { current_revision: '0', changes: [] },
    });
  });

  it('gives 500 changes of an organization at most, and the rest with the next poll', async () => {
    const row = { organization_id: one, kind: 'VK_CREATED', virtual_key_id: null, budget_id: null } as const;
    const rows = Array.from({ length: 501 }, () => ({ ...row, model_provider_id: null, project_id: null }));
    await plane.database.insertInto('change_events').values(rows).execute();
    const first = await newsOf(await poll({ [one]: '0' }));
    expect(first[one]?.changes).toHaveLength(500);
    const second = await newsOf(await poll({ [one]: first[one]?.current_revision }));
    expect(second[one]?.changes).toHaveLength(1);
  });

  it('lets go of a reader that has left', async () => {
    const leaving = new AbortController();
    const answer = poll({ [one]: '0' }, 20, leaving.signal).catch(() => 'left');
    await untilWaiting();
    leaving.abort();
    expect(await answer).toBe('left');
    await expect.poll(() => plane.app.get(MultiplexedFeed).readerCount).toBe(0);
  });

  it.each([[{}], [undefined], [{ org: -1 }], [{ org: 'x' }], ['org']])('refuses the cursors %j', async (cursors) => {
    const response = await poll(cursors);
    const { error } = errorEnvelopeSchema.parse(await response.json());
    expect([response.status, error.code]).toEqual([400, 'invalid_cursors']);
  });
});
