import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type TestControlPlane, startTestControlPlane } from '../testing/control-plane.js';
import { Seed } from '../testing/seed.js';
import { signedFetch } from '../testing/signed-fetch.js';
import { admit, confirm } from '../testing/spend-records.js';

let plane: TestControlPlane;
let seed: Seed;

beforeAll(async () => {
  plane = await startTestControlPlane(inject('postgresUrl'));
  seed = await Seed.create(plane.database);
});

afterAll(async () => {
  await plane?.close();
});

async function send(body: unknown): Promise<Response> {
  return signedFetch(plane, '/spend-commands', { body: JSON.stringify(body) });
}

function records(count: number): unknown[] {
  const ours = { organization_id: seed.organization.id, project_id: seed.project.id };
  return Array.from({ length: count }, (_, index) => admit(`r${index}`, ours));
}

describe('spend-commands', () => {
  it('accepts up to 500 records, and tells which it rejects', async () => {
    const response = await send({ records: [...records(499), { command: 'nothing' }] });
    expect([response.status, await response.json()]).toEqual([
      200,
      { accepted: 499, rejected: [{ index: 499, code: 'invalid_payload' }] },
    ]);
  });

  it.each([
    ['no records', { records: [] }],
    ['501 records', { records: Array.from({ length: 501 }, () => ({})) }],
    ['no list', { records: {} }],
    ['nothing', {}],
  ])('refuses a batch with %s as a whole', async (_, body) => {
    const response = await send(body);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'invalid_batch' } }]);
  });

  it('takes a batch whose every record is as large as allowed', async () => {
    const metadata = JSON.stringify({ note: 'x'.repeat(4_000) });
    const labels = Array.from({ length: 16 }, (_, index) => `${index}`.padEnd(256, 'l'));
    const large = { organization_id: seed.organization.id, project_id: seed.project.id, metadata, labels };
    const response = await send({ records: Array.from({ length: 500 }, (_, index) => admit(`l${index}`, large)) });
    expect([response.status, await response.json()]).toEqual([200, { accepted: 500, rejected: [] }]);
  });

  it('answers a body that is too large with 413, and lives on', async () => {
    const response = await send({ records: ['x'.repeat(9 * 1024 * 1024)] }).catch(() => undefined);
    if (response !== undefined) expect(response.status).toBe(413);
    expect((await signedFetch(plane, '/health')).status).toBe(200);
  });

  it('announces the debit on the change feed of its organization', async () => {
    const budget = await seed.budget();
    const provider = await seed.modelProvider('openai');
    const outcome = confirm('announced', {
      organization_id: seed.organization.id,
      project_id: seed.project.id,
      model_provider_id: provider.id,
      usage: { input_tokens: 10 },
    });
    const feed = signedFetch(plane, `/changes?organization_id=${seed.organization.id}&timeout_s=20`);
    await send({ records: [outcome] });
    expect(await (await feed).json()).toMatchObject({
      changes: [{ kind: 'BUDGET_UPDATED', budget_id: budget.id, project_id: seed.project.id }],
    });
  });
});
