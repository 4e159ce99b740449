import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { ManagementApp, type Answer, type Tenant } from '../management/testing/management-app.js';
import { budgetSchema } from './budget.schema.js';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

let api: ManagementApp;
let tenant: Tenant;

beforeAll(async () => {
  api = await ManagementApp.start(inject('postgresUrl'));
});
afterAll(() => api.stop());
beforeEach(async () => {
  tenant = await api.createTenant('acme');
});

const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answer> =>
  api.call(method, path, { key: tenant.adminKey, body });
const create = (body: Record<string, unknown> = {}): Promise<Answer> =>
  call('POST', '/budgets', { scope: { kind: 'organization' }, name: 'cap', window: 'day', limit_usd: '10', ...body });
const spend = (budgetId: string, periodStartedAt: string, nanoUsd: bigint) =>
  api.database
    .insertInto('budget_periods')
    .values({ budget_id: budgetId, period_started_at: new Date(periodStartedAt), spent_nano_usd: nanoUsd })
    .execute();
const midnight = (): number => Math.floor(api.clock.now() / DAY_MS) * DAY_MS;
const iso = (ms: number): string => new Date(ms).toISOString();

describe('creating a budget', () => {
  it('answers 201 with money as text and as integers, and with its period', async () => {
    const answer = await create({ limit_usd: '0.1', metadata: { team: 'x' }, external_id: 'mine' });
    expect(answer.status).toBe(201);
    const { budget } = answer.body;
    expect(budgetSchema.parse(budget)).toEqual(budget);
    expect(budget).toMatchObject({
      scope_type: 'organization',
      scope_id: tenant.organizationId,
      limit_usd: '0.10',
      limit_nano_usd: 100_000_000,
      spent_usd: '0.00',
      spent_nano_usd: 0,
      current_period_started_at: iso(midnight()),
      resets_at: iso(midnight() + DAY_MS),
    });
    expect((await call('GET', `/budgets/${budget.id}`)).body.budget).toEqual(budget);
    expect((await api.changes(tenant.organizationId)).map(({ kind }) => kind)).toEqual(['BUDGET_CREATED']);
  });

  it('an amount beyond 2^53 nano-dollars is a string and stays exact', async () => {
    const { budget } = (await create({ limit_usd: '9007199.254740993' })).body;
    expect([budget.limit_usd, budget.limit_nano_usd]).toEqual(['9007199.254740993', '9007199254740993']);
  });

  it.each(['0', '-1', '0.0000009', '1e3', 'ten', '1000000000.01', ''])(
    'a limit of %j is refused',
    async (limit_usd) => {
      const answer = await create({ limit_usd });
      expect([answer.status, answer.body.error.meta.fields[0].path]).toEqual([400, 'limit_usd']);
    },
  );

  it.each([
    ['scope.kind', { scope: { kind: 'group', group_id: 'g' } }, 'not_supported_yet'],
    ['scope.kind', { scope: { kind: 'attributed_user' } }, 'not_supported_yet'],
    ['timezone', { timezone: 'Europe/Berlin' }, 'not_supported_yet'],
    ['scope.team_id', { scope: { kind: 'team', team_id: 'team_none' } }, 'validation_error'],
    ['scope.virtual_key_id', { scope: { kind: 'virtual_key', virtual_key_id: 'vk_none' } }, 'validation_error'],
    ['provider_key', { provider_key: 'mp_none' }, 'validation_error'],
    ['window', { window: 'year' }, 'validation_error'],
  ])('%s is refused by name', async (field, body, code) => {
    const answer = await create(body);
    expect([answer.status, answer.body.error.code, answer.body.error.meta.fields[0].path]).toEqual([400, code, field]);
    expect((await call('GET', '/budgets')).body.data).toEqual([]);
  });

  it('a cycle anchor is refused for windows that never reset by themselves', async () => {
    const cycle_anchor_at = '2026-01-31T00:00:00Z';
    const refused = await create({ window: 'manual', cycle_anchor_at });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'gateway_budget_cycle_anchor_invalid']);
    const { budget } = (await create({ window: 'month', cycle_anchor_at })).body;
    expect(budget.cycle_anchor_at).toBe('2026-01-31T00:00:00.000Z');
    expect(budget.resets_at).toBe('2026-01-31T00:00:00.000Z');
  });

  it('a team or project that no key sends spend to is refused, unless that is wanted or there is no key yet', async () => {
    const scope = { kind: 'team', team_id: tenant.teamId };
    expect((await create({ scope })).status).toBe(201);
    await call('POST', '/virtual-keys', { name: 'key', trace_project_id: tenant.projectId });
    const refused = await create({ scope });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'gateway_budget_scope_unreachable']);
    expect((await create({ scope, allow_unreachable: true })).status).toBe(201);
    await call('POST', '/virtual-keys', { name: 'key', trace_project_id: tenant.teamProjectId });
    expect((await create({ scope })).status).toBe(201);
  });
});

describe('reading budgets', () => {
  it('shows what was spent in the current period only', async () => {
    const { budget } = (await create()).body;
    await spend(budget.id, iso(midnight() - DAY_MS), 999n);
    await spend(budget.id, budget.current_period_started_at, 1_234_567_891n);
    const read = (await call('GET', `/budgets/${budget.id}`)).body.budget;
    expect([read.spent_usd, read.spent_nano_usd]).toEqual(['1.234567891', 1_234_567_891]);
    expect((await call('GET', '/budgets')).body.data).toEqual([read]);
  });

  it('filters by scope type and external id, and pages', async () => {
    await create({ external_id: 'a' });
    await create({ scope: { kind: 'principal', principal_user_id: 'u' } });
    await create({ scope: { kind: 'project', project_id: tenant.projectId } });
    const types = async (query: string): Promise<string[]> =>
      (await call('GET', `/budgets?${query}`)).body.data.map(({ scope_type }: { scope_type: string }) => scope_type);
    expect((await types('scope_type=principal,project')).toSorted()).toEqual(['principal', 'project']);
    expect(await types('external_id=a')).toEqual(['organization']);
    expect((await call('GET', '/budgets?scope_type=nonsense')).status).toBe(400);
    const first = await call('GET', '/budgets?limit=2');
    const second = await call('GET', `/budgets?limit=2&cursor=${first.body.next_cursor}`);
    expect([first.body.data.length, second.body.data.length, second.body.next_cursor]).toEqual([2, 1, null]);
  });
});

describe('the life of a budget', () => {
  it('a PATCH changes what it names; scope and window are fixed', async () => {
    const { budget } = (await create()).body;
    const path = `/budgets/${budget.id}`;
    const changed = await call('PATCH', path, { limit_usd: 20, on_breach: 'warn', description: 'x' });
    expect(changed.body.budget).toMatchObject({ limit_usd: '20.00', on_breach: 'warn', description: 'x', name: 'cap' });
    expect((await call('PATCH', path, { limit_usd: '20.0' })).body.budget).toEqual(changed.body.budget);
    expect((await api.changes(tenant.organizationId)).map(({ kind }) => kind)).toEqual([
      'BUDGET_CREATED',
      'BUDGET_UPDATED',
    ]);
    expect((await call('PATCH', path, { window: 'week' })).status).toBe(400);
    expect((await call('PATCH', path, { timezone: 'Asia/Tokyo' })).body.error.code).toBe('not_supported_yet');
    const [, entry] = await api.audit(budget.id);
    expect(entry?.diff).toMatchObject({ limit_usd: { before: '10.00', after: '20.00' } });
  });

  it('a reset starts a period now, keeps the next boundary, and leaves what was spent on record', async () => {
    const { budget } = (await create()).body;
    await spend(budget.id, budget.current_period_started_at, 5_000_000_000n);
    await api.clock.advance(HOUR_MS);
    const answer = await call('POST', `/budgets/${budget.id}/reset`, { reason: 'agreed' });
    expect(answer.body.budget).toMatchObject({
      spent_usd: '0.00',
      current_period_started_at: iso(api.clock.now()),
      last_reset_at: iso(api.clock.now()),
      resets_at: budget.resets_at,
    });
    const periods = await api.database
      .selectFrom('budget_periods')
      .select('spent_nano_usd')
      .where('budget_id', '=', budget.id)
      .execute();
    expect(periods).toEqual([{ spent_nano_usd: 5_000_000_000n }]);
    expect((await api.audit(budget.id))[1]).toMatchObject({ action: 'budget.reset', reason: 'agreed' });
    expect((await call('POST', `/budgets/${budget.id}/reset`, { reason: 'x'.repeat(501) })).status).toBe(400);
  });

  it('an archived budget is no longer found, and its external id is free again', async () => {
    const { budget } = (await create({ external_id: 'mine' })).body;
    expect((await create({ external_id: 'mine' })).body.error.code).toBe('external_id_conflict');
    const archived = await call('DELETE', `/budgets/${budget.id}`);
    expect([archived.status, archived.body.budget.archived_at]).toEqual([200, iso(api.clock.now())]);
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/reset'],
    ] as const) {
      expect((await call(method, `/budgets/${budget.id}${path}`)).status).toBe(404);
    }
    expect((await create({ external_id: 'mine' })).status).toBe(201);
    const kinds = (await api.changes(tenant.organizationId)).map(({ kind }) => kind);
    expect(kinds).toEqual(['BUDGET_CREATED', 'BUDGET_DELETED', 'BUDGET_CREATED']);
  });

  it('a revoked key takes no further budget', async () => {
    const { body } = await call('POST', '/virtual-keys', { name: 'key', trace_project_id: tenant.projectId });
    await call('POST', `/virtual-keys/${body.virtual_key.id}/revoke`);
    const answer = await create({ scope: { kind: 'virtual_key', virtual_key_id: body.virtual_key.id } });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'virtual_key_revoked']);
  });
});
