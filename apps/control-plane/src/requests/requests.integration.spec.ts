import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import type { RequestExplanation } from '#gateway-protocol';

import { AdminKeys } from '../admin-auth/admin-keys.js';
import type { Row } from '../database/schema.js';
import { ExplanationPruner } from '../spend/explanation-pruner.js';
import { startTestControlPlane, type TestControlPlane } from '../testing/control-plane.js';
import { Seed } from '../testing/seed.js';
import { signedFetch } from '../testing/signed-fetch.js';
import { admit, confirm, fail, OCCURRED_AT_MS, type RecordChange } from '../testing/spend-records.js';
import { explainedRequestSchema } from './request.schema.js';

const KEY = 'vk-lw-live_00000000000000000000000001';
const DAY_MS = 86_400_000;

let plane: TestControlPlane;
let seed: Seed;
let key: Row<'virtual_keys'>;
let provider: Row<'model_providers'>;
let adminKey: string;
let requests = 0;
let id: string;

beforeAll(async () => {
  plane = await startTestControlPlane(inject('postgresUrl'));
  seed = await Seed.create(plane.database);
  key = await seed.virtualKey(KEY, { name: 'checkout', principal_user_id: 'user-1' });
  provider = await seed.modelProvider('openai', {
    prices: JSON.stringify({ 'gpt-x': { input: 1_000_000_000, output: 2_000_000_000 } }),
  });
  adminKey = await mint(seed);
});
afterAll(() => plane?.close());
beforeEach(() => {
  requests += 1;
  id = `req_${String(requests).padStart(30, '0')}`;
});

const mint = async (of: Seed): Promise<string> =>
  (await plane.app.get(AdminKeys, { strict: false }).mint(of.organization.id, 'test')).secret;

const ours = (change: RecordChange = {}): RecordChange => ({
  organization_id: seed.organization.id,
  project_id: seed.project.id,
  virtual_key_id: key.id,
  model_provider_id: provider.id,
  model: 'gpt-x',
  ...change,
});

async function send(...records: unknown[]): Promise<void> {
  const response = await signedFetch(plane, '/spend-commands', { body: JSON.stringify({ records }) });
  expect(await response.json()).toEqual({ accepted: records.length, rejected: [] });
}

async function explain(requestId: string, as = adminKey): Promise<{ status: number; body: ReturnType<JSON['parse']> }> {
  const response = await fetch(`${plane.baseUrl}/api/gateway/v1/requests/${requestId}/explain`, {
    headers: { authorization: `Bearer ${as}` },
  });
  return { status: response.status, body: await response.json() };
}

function explanation(change: Partial<RequestExplanation> = {}): RequestExplanation {
  const candidate = { model_provider_id: provider.id, family: 'openai', model: 'gpt-x' };
  return {
    requested_model: 'fast',
    resolved_model: 'gpt-x',
    inbound_dialect: 'anthropic-messages',
    strategy: 'weighted',
    policy_name: 'chat',
    candidates: [
      { ...candidate, reason: 'first by weight', planned: true },
      { ...candidate, model_provider_id: 'mp_other', reason: 'without the label "region:eu"', planned: false },
    ],
    attempts: [
      {
        model_provider_id: provider.id,
        model: 'gpt-x',
        outcome: 'server_error',
        status: 500,
        started_ms: 1,
        duration_ms: 9,
      },
      {
        model_provider_id: provider.id,
        model: 'gpt-x',
        outcome: 'success',
        started_ms: 10,
        duration_ms: 90,
        first_token_ms: 40,
      },
    ],
    dropped: ['seed'],
    resumed: 'continued',
    streamed: true,
    ...change,
  };
}

describe('GET /requests/:id/explain', () => {
  it('says who asked, where it went and why, and what each attempt cost, exactly', async () => {
    await send(
      admit(id, ours({ model: 'fast', end_user_id: 'end-1', trace_id: 'trace-1' })),
      admit(`${id}.1`, ours({ model: 'fast' })),
      confirm(`${id}.1`, ours({ usage: { input_tokens: 7 } })),
      confirm(id, ours({ usage: { input_tokens: 1_000, output_tokens: 501 }, explanation: explanation() })),
      admit(`${id}.2`, ours({ model: 'fast' })),
      confirm(`${id}.2`, ours({ usage: { output_tokens: 1 }, usage_estimated: true })),
    );
    const { status, body } = await explain(id);
    expect(status).toBe(200);
    expect(explainedRequestSchema.parse(body.request)).toEqual(body.request);
    const { candidates, attempts } = explanation();
    expect(body.request).toMatchObject({
      id,
      virtual_key: { id: key.id, display_prefix: key.display_prefix, name: 'checkout' },
      project_id: seed.project.id,
      principal_user_id: 'user-1',
      end_user_id: 'end-1',
      trace_id: 'trace-1',
      request_type: 'chat',
      admitted_at: new Date(OCCURRED_AT_MS).toISOString(),
      ended_at: new Date(OCCURRED_AT_MS + 1_000).toISOString(),
      duration_ms: 1_000,
      outcome: 'confirmed',
      error: null,
      requested_model: 'fast',
      resolved_model: 'gpt-x',
      routing: {
        inbound_dialect: 'anthropic-messages',
        strategy: 'weighted',
        policy_name: 'chat',
        candidates,
        attempts,
        dropped_fields: ['seed'],
        resumed: 'continued',
        streamed: true,
      },
      cost_usd: '0.002011',
      cost_nano_usd: 2_011_000,
      unpriced_lines: 0,
    });
    expect(body.request.lines).toMatchObject([
      { id, role: 'answer', cost_nano_usd: 2_002_000, usage: { input_tokens: 1_000, output_tokens: 501 } },
      { id: `${id}.1`, role: 'side', cost_nano_usd: 7_000, usage_estimated: false },
      { id: `${id}.2`, role: 'side', cost_nano_usd: 2_000, usage_estimated: true, pricing: 'priced' },
    ]);
    expect((await explain(`${id}.2`)).body).toEqual(body);
  });

  it('of a request that was refused before it went anywhere says by what', async () => {
    const refused = explanation({ candidates: [], attempts: [] });
    const error = { type: 'budget_exceeded', http_status: 402 };
    await send(admit(id, ours()), fail(id, ours({ error, explanation: refused, model_provider_id: undefined })));
    expect((await explain(id)).body.request).toMatchObject({ outcome: 'failed', error, cost_nano_usd: 0 });
  });

  it('of a request that is under way, or without an explanation, says what is known', async () => {
    await send(admit(id, ours({ model: 'fast' })));
    expect((await explain(id)).body.request).toMatchObject({
      outcome: null,
      ended_at: null,
      duration_ms: null,
      requested_model: 'fast',
      resolved_model: null,
      routing: null,
      cost_usd: null,
      lines: [{ id, role: 'answer', pricing: null }],
    });
  });

  it('never passes an unknown price for a small one', async () => {
    const unpriced = ours({ model: 'nobody-knows', usage: { input_tokens: 5 } });
    await send(admit(id, ours()), confirm(id, unpriced));
    expect((await explain(id)).body.request).toMatchObject({ cost_usd: null, unpriced_lines: 1 });
  });

  it('keeps the first explanation, as the first outcome is kept', async () => {
    await send(admit(id, ours()), confirm(id, ours({ explanation: explanation() })));
    await send(fail(id, ours({ explanation: explanation({ strategy: 'other' }) })));
    await send(confirm(id, ours({ explanation: explanation({ strategy: 'other' }) })));
    expect((await explain(id)).body.request).toMatchObject({ outcome: 'confirmed', routing: { strategy: 'weighted' } });
  });

  it('works when the outcome comes before the admit, and in a batch of its own', async () => {
    await send(confirm(id, ours({ explanation: explanation() })));
    await send(admit(id, ours({ model: 'fast' })));
    expect((await explain(id)).body.request.routing).toMatchObject({ strategy: 'weighted' });
  });

  it('is 404 for a request of another organization, and for none', async () => {
    await send(admit(id, ours()));
    const other = await mint(await Seed.create(plane.database));
    for (const answer of [await explain(id, other), await explain('req_none'), await explain(`${id}.1.1`)]) {
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
    }
  });

  it('is 401 without an admin key', async () => {
    expect((await explain(id, 'ak-lw-nonsense')).status).toBe(401);
  });
});

describe('explanations', () => {
  it('are forgotten after their time, and what the request cost is not', async () => {
    const old = id;
    await send(admit(old, ours()), confirm(old, ours({ explanation: explanation(), usage: { input_tokens: 1 } })));
    await plane.database
      .updateTable('request_explanations')
      .set({ recorded_at: new Date(Date.now() - 31 * DAY_MS) })
      .where('gateway_request_id', '=', old)
      .execute();
    const young = `${id}0`;
    await send(admit(young, ours()), confirm(young, ours({ explanation: explanation() })));
    expect(await plane.app.get(ExplanationPruner, { strict: false }).prune()).toBe(1);
    expect((await explain(old)).body.request).toMatchObject({ routing: null, cost_nano_usd: 1_000 });
    expect((await explain(young)).body.request.routing).not.toBeNull();
  });
});
