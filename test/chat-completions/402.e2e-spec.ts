import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from '../support/error-body.js';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { PRIMARY_PRICE, Stack } from '../support/stack.js';

/** Costs 0.021 dollars at the price of the primary provider. */
const BODY = JSON.stringify({ model: 'fake/plain', messages: [] });

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

const send = (key: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
  rawRequest(stack.chatUrl, { headers: { ...stack.headers(key), ...headers }, body: BODY });

const warningOf = (answer: RawAnswer): unknown => answer.headers['x-langwatch-budget-warning'];

describe('402', () => {
  it('warns from 80 percent on, refuses at the limit, and names the budget', async () => {
    const key = await stack.addKey({ budget: { limit_usd: '0.10', window: 'month' } });
    const served = [];
    for (let count = 0; count < 5; count += 1) served.push(await send(key.secret));

    expect(served.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    // 21, 42 and 63 percent were spent before the second, third and fourth request, and 84 before the fifth.
    expect(served.map(warningOf)).toEqual([undefined, undefined, undefined, undefined, 'virtual_key:84']);

    const refused = await send(key.secret);
    expect(refused.status).toBe(402);
    expect(warningOf(refused)).toBeUndefined();
    expect(refused.headers['x-langwatch-handled-error']).toBe('budget_exceeded');
    const error = errorOf(refused);
    expect(error).toMatchObject({
      code: 'budget_exceeded',
      fault: 'customer',
      meta: { budget_id: expect.stringMatching(/^bud_/), budget_scope: 'virtual_key', budget_window: 'month' },
    });
    expect(error.message).toMatch(/virtual key/);
    expect(error.tips).toHaveLength(2);
    expect(await stack.upstream.requests()).toHaveLength(5);
    expect((await stack.metrics()).sum('gateway_budget_blocks_total', { scope: 'virtual_key' })).toBe(1);
    const requestId = String(refused.headers['x-langwatch-gateway-request-id']);
    expect(await stack.settledLine({ requestId })).toMatchObject({
      outcome: 'failed',
      error_type: 'budget_exceeded',
      http_status: 402,
      cost_nano_usd: 0n,
    });
  });

  it('raises the SDK’s error with the status and the code', async () => {
    const key = await stack.addKey({ budget: { limit_usd: '0.01', window: 'day' } });
    const call = () => stack.openai(key.secret).chat.completions.create({ model: 'fake/plain', messages: [] });

    await call();
    await expect(call()).rejects.toMatchObject({ status: 402, code: 'budget_exceeded' });
  });

  it('never refuses by a budget that only warns', async () => {
    const key = await stack.addKey({ budget: { limit_usd: '0.02', window: 'week', on_breach: 'warn' } });

    expect(warningOf(await send(key.secret))).toBeUndefined();
    const second = await send(key.secret);
    expect(second.status).toBe(200);
    expect(warningOf(second)).toBe('virtual_key:105');
  });

  it('takes a provider whose own budget is spent out of the walk, and refuses when none is left', async () => {
    const first = await stack.addProvider('limited', { priority: 1, default_price: PRIMARY_PRICE });
    const second = await stack.addProvider('unlimited', { priority: 2, default_price: PRIMARY_PRICE });
    const budget = { name: 'limited', scope: { kind: 'organization' }, window: 'month', provider_key: first };
    await stack.management.createBudget({ ...budget, limit_usd: '0.01' });
    const [both, one] = [await stack.addKey({}, [first, second]), await stack.addKey({}, [first])];

    await send(both.secret);
    const warned = await send(both.secret);
    expect((await stack.upstream.requests()).map(({ url }) => url.split('/')[1])).toEqual(['limited', 'unlimited']);
    expect(warningOf(warned)).toBe(`organization/${first}:210`);
    const refused = await send(one.secret);
    expect(refused.status).toBe(402);
    expect(errorOf(refused).meta).toMatchObject({ budget_scope: 'organization', budget_provider: first });
  });

  // The last test, because it takes the control plane away.
  it('stops a key by what this gateway has spent itself, with the control plane gone', async () => {
    const key = await stack.addKey({ budget: { limit_usd: '0.10', window: 'month' } });
    expect((await send(key.secret)).status).toBe(200);
    await stack.controlPlane.kill();
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await send(key.secret)).status);

    expect(statuses).toEqual([200, 200, 200, 200, 402, 402]);
    await stack.controlPlane.start();
    const isOfKey = (row: { virtual_key_id: string | null }): boolean => row.virtual_key_id === key.id;
    const rows = await stack.ledgerOnce('seven settled lines', (all) => {
      return all.filter((row) => isOfKey(row) && row.outcome !== null).length === 7;
    });
    const costs = rows.filter(isOfKey).map((row) => row.cost_nano_usd ?? 0n);
    expect(costs.reduce((sum, cost) => sum + cost, 0n)).toBe(105_000_000n);
  });
});
