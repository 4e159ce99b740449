import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { SeededRandom, VirtualClock } from '#kernel';
import { createShippedPriceBook } from '#budget';
import { AdapterRegistry } from '#providers';
import type { Row } from '../database/schema.js';
import { DeclaredPrices } from '../model-providers/declared-prices.js';
import { type TestDatabase, createTestDatabase } from '../testing/database.js';
import { Seed } from '../testing/seed.js';
import { OCCURRED_AT_MS, type RecordChange, admit, confirm, fail } from '../testing/spend-records.js';
import { BudgetAnnouncer } from './budget-announcer.js';
import { readCurrentSpend } from './current-spend.js';
import { SpendLedger } from './spend-ledger.js';

const DAY_MS = 86_400_000;
/** 1 000 input and 500 output tokens of gpt-4o-mini. */
const USAGE = { input_tokens: 1_000, output_tokens: 500 };
const COST = 450_000n;

const book = createShippedPriceBook();
let test: TestDatabase;
let seed: Seed;
let key: Row<'virtual_keys'>;
let provider: Row<'model_providers'>;
let clock: VirtualClock;
let ledger: SpendLedger;
let keyCount = 0;

beforeAll(async () => {
  Logger.overrideLogger(false);
  test = await createTestDatabase(inject('postgresUrl'));
});

beforeEach(async () => {
  seed = await Seed.create(test.database);
  keyCount += 1;
  key = await seed.virtualKey(`vk-lw-live_${String(keyCount).padStart(26, '0')}`, { principal_user_id: 'user-1' });
  provider = await seed.modelProvider('openai');
  clock = new VirtualClock(OCCURRED_AT_MS + 5_000);
  ledger = new SpendLedger(test.database, book, new DeclaredPrices(new AdapterRegistry([])), clock);
});

afterAll(async () => {
  await test?.drop();
});

/** The attribution of this test's key. */
function ours(change: RecordChange = {}): RecordChange {
  return {
    organization_id: seed.organization.id,
    project_id: seed.project.id,
    virtual_key_id: key.id,
    ...change,
  };
}

const admitted = (id: string, change: RecordChange = {}) => admit(id, ours(change));
const confirmed = (id: string, change: RecordChange = {}) =>
  confirm(id, ours({ usage: USAGE, model_provider_id: provider.id, ...change }));
const failed = (id: string, change: RecordChange = {}) => fail(id, ours(change));

async function lines(): Promise<Row<'spend_ledger'>[]> {
  return test.database
    .selectFrom('spend_ledger')
    .selectAll()
    .where('project_id', '=', seed.project.id)
    .orderBy('gateway_request_id')
    .execute();
}

async function spentOf(budgetId: string): Promise<bigint> {
  const rows = await test.database
    .selectFrom('budget_periods')
    .select('spent_nano_usd')
    .where('budget_id', '=', budgetId)
    .execute();
  return rows.reduce((sum, row) => sum + row.spent_nano_usd, 0n);
}

describe('a line of the ledger', () => {
  it('holds everything that the gateway said, and who it belongs to', async () => {
    const outcome = confirmed('r1', {
      end_user_id: 'u-7',
      trace_id: '4bf9',
      labels: ['env=prod'],
      metadata: '{"invoice":"i-1"}',
      usage_estimated: true,
      usage: { ...USAGE, reasoning_tokens: 20 },
    });
    expect(await ledger.record([admitted('r1'), outcome])).toEqual({ accepted: 2, rejected: [] });
    expect(await lines()).toMatchObject([
      {
        gateway_request_id: 'r1',
        organization_id: seed.organization.id,
        team_id: seed.team.id,
        virtual_key_id: key.id,
        principal_id: 'user-1',
        end_user_id: 'u-7',
        trace_id: '4bf9',
        request_type: 'chat',
        labels: ['env=prod'],
        metadata: { invoice: 'i-1' },
        model_requested: 'fast',
        model: 'gpt-4o-mini',
        model_provider_id: provider.id,
        outcome: 'confirmed',
        admitted_at: new Date(OCCURRED_AT_MS),
        occurred_at: new Date(OCCURRED_AT_MS + 1_000),
        duration_ms: 1_000n,
        input_tokens: 1_000n,
        output_tokens: 500n,
        reasoning_tokens: 20n,
        usage_estimated: true,
        cost_nano_usd: COST,
        pricing: 'priced',
        pod_id: 'gw-test',
        pod_seq: BigInt(outcome.pod_seq),
      },
    ]);
  });

  it('is the same whatever order, repetition and batches its records come in', async () => {
    const budget = await seed.budget({ window: 'total' });
    let round = 0;
    const scenario = fc.record({
      order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
      repeats: fc.array(fc.nat(5), { maxLength: 6 }),
      cut: fc.nat(12),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ order, repeats, cut }) => {
        round += 1;
        const [a, b, c] = [`a${round}`, `b${round}`, `c${round}`];
        const records = [
          admitted(a),
          confirmed(a),
          admitted(b),
          failed(b, { usage: USAGE, model_provider_id: provider.id }),
          admitted(c),
          failed(c),
        ];
        const before = await spentOf(budget.id);
        const sent = [...order, ...repeats].flatMap((index) => records[index] ?? []);
        for (const batch of [sent.slice(0, cut), sent.slice(cut)]) await ledger.record(batch);
        const written = (await lines()).filter((line) => [a, b, c].includes(line.gateway_request_id));
        expect(written.map((line) => [line.outcome, line.cost_nano_usd, line.model_requested])).toEqual([
          ['confirmed', COST, 'fast'],
          ['failed', COST, 'fast'],
          ['failed', 0n, 'fast'],
        ]);
        expect((await spentOf(budget.id)) - before).toBe(2n * COST);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps its first outcome when a second one comes in a later batch', async () => {
    const budget = await seed.budget();
    await ledger.record([admitted('r1'), failed('r1', { error: { type: 'gateway_restarted', http_status: 0 } })]);
    await ledger.record([confirmed('r1')]);
    expect(await lines()).toMatchObject([{ outcome: 'failed', cost_nano_usd: 0n, error_type: 'gateway_restarted' }]);
    expect(await spentOf(budget.id)).toBe(0n);
  });

  it('waits for its admit when the outcome does not say whose it is', async () => {
    const budget = await seed.budget({ scope_type: 'virtual_key', scope_id: key.id });
    await ledger.record([confirmed('r1', { virtual_key_id: undefined, organization_id: undefined })]);
    expect(await lines()).toMatchObject([{ virtual_key_id: null, cost_nano_usd: COST, debited_at: null }]);
    expect(await spentOf(budget.id)).toBe(0n);
    await ledger.record([admitted('r1')]);
    await ledger.record([admitted('r1')]);
    expect(await lines()).toMatchObject([{ virtual_key_id: key.id, principal_id: 'user-1' }]);
    expect(await spentOf(budget.id)).toBe(COST);
  });

  it('without a price has no cost, and debits nothing', async () => {
    const budget = await seed.budget();
    await ledger.record([admitted('r1'), confirmed('r1', { model: 'nobody-knows-this' })]);
    expect(await lines()).toMatchObject([{ pricing: 'unpriced', cost_nano_usd: null, price_id: null }]);
    expect(await spentOf(budget.id)).toBe(0n);
  });

  it('can be recomputed from the price that it names', async () => {
    await ledger.record([admitted('r1'), confirmed('r1')]);
    const [line] = await lines();
    const price = await test.database
      .selectFrom('prices')
      .selectAll()
      .where('id', '=', line?.price_id ?? '')
      .executeTakeFirstOrThrow();
    expect(price).toMatchObject({ family: 'openai', model: 'gpt-4o-mini', source: book.version });
    expect(price.price).toMatchObject({ input: 150_000_000, output: 600_000_000 });
  });
});

describe('a batch', () => {
  it('rejects what can never be written and writes the rest', async () => {
    const other = await Seed.create(test.database);
    const answer = await ledger.record([
      admitted('r1'),
      { command: 'admitSpend' },
      admitted('r2', { project_id: '' }),
      admitted('r3', { project_id: 'project_unknown' }),
      admitted('r4', { organization_id: other.organization.id }),
      confirmed('r5', { usage: { input_tokens: Number.MAX_SAFE_INTEGER } }),
      admitted('r6'),
    ]);
    expect(answer).toEqual({
      accepted: 2,
      rejected: [
        { index: 1, code: 'invalid_payload' },
        { index: 2, code: 'missing_project_id' },
        { index: 3, code: 'unknown_project' },
        { index: 4, code: 'invalid_payload' },
        { index: 5, code: 'invalid_payload' },
      ],
    });
    expect((await lines()).map((line) => line.gateway_request_id)).toEqual(['r1', 'r6']);
  });

  it('counts once when the same one arrives many times at once', async () => {
    const budget = await seed.budget();
    const batch = Array.from({ length: 50 }, (_, index) => [admitted(`r${index}`), confirmed(`r${index}`)]).flat();
    const answers = await Promise.all(Array.from({ length: 8 }, async () => ledger.record(batch)));
    expect(answers).toEqual(Array.from({ length: 8 }, () => ({ accepted: 100, rejected: [] })));
    expect(await lines()).toHaveLength(50);
    expect(await spentOf(budget.id)).toBe(50n * COST);
  });

  it('never deadlocks with others over the same requests and budgets, and the sum is exact', async () => {
    const budgets = [
      await seed.budget(),
      await seed.budget({ scope_type: 'team', scope_id: seed.team.id }),
      await seed.budget({ scope_type: 'project', scope_id: seed.project.id }),
      await seed.budget({ scope_type: 'virtual_key', scope_id: key.id }),
      await seed.budget({ scope_type: 'principal', scope_id: 'user-1' }),
    ];
    const random = new SeededRandom(11);
    const admits = Array.from({ length: 60 }, (_, index) => admitted(`r${index}`));
    const outcomes = Array.from({ length: 60 }, (_, index) => confirmed(`r${index}`));
    const shuffled = <Item>(items: readonly Item[]): Item[] =>
      items
        .map((item) => ({ item, at: random.next() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ item }) => item);
    const deadlocksBefore = await deadlocks();
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(
        Array.from({ length: 8 }, async (_, index) =>
          ledger.record(shuffled(index % 2 === 0 ? admits : outcomes).slice(0, 45)),
        ),
      );
    }
    await ledger.record([...admits, ...outcomes]);
    expect(await deadlocks()).toBe(deadlocksBefore);
    const written = await lines();
    expect(written).toHaveLength(60);
    expect(written.reduce((sum, line) => sum + (line.cost_nano_usd ?? 0n), 0n)).toBe(60n * COST);
    for (const budget of budgets) expect(await spentOf(budget.id)).toBe(60n * COST);
  });

  it('adds up to the price book to the nano-dollar over many models and amounts', async () => {
    const budget = await seed.budget();
    const anthropic = await seed.modelProvider('anthropic', { type: 'anthropic' });
    const random = new SeededRandom(3);
    const tokens = (max: number): number => Math.floor(random.next() * max);
    const batch = Array.from({ length: 200 }, (_, index) => {
      const isOpenai = index % 2 === 0;
      return confirmed(`r${index}`, {
        model: isOpenai ? 'gpt-4o-mini' : 'claude-3-5-haiku-latest',
        model_provider_id: isOpenai ? provider.id : anthropic.id,
        usage: { input_tokens: tokens(100_000), output_tokens: tokens(8_000), cache_read_input_tokens: tokens(50_000) },
      });
    });
    await ledger.record(batch);
    const written = await lines();
    for (const line of written) {
      // List prices in nano-USD per thousand tokens, so that the expected sums are whole numbers of nano-USD.
      const rates = line.model === 'gpt-4o-mini' ? [150n, 600n, 75n] : [800n, 4_000n, 80n];
      const [input = 0n, output = 0n, cacheRead = 0n] = rates;
      const expected =
        line.input_tokens * input + line.output_tokens * output + line.cache_read_input_tokens * cacheRead;
      expect(line.cost_nano_usd).toBe(expected);
    }
    expect(await spentOf(budget.id)).toBe(written.reduce((sum, line) => sum + (line.cost_nano_usd ?? 0n), 0n));
  });
});

async function deadlocks(): Promise<bigint> {
  const result = await sql<{ deadlocks: bigint }>`
    SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`.execute(test.database);
  return result.rows[0]?.deadlocks ?? 0n;
}

describe('budgets', () => {
  it('are debited when they apply to the request, and only then', async () => {
    const other = await seed.modelProvider('other');
    const hit = [
      await seed.budget(),
      await seed.budget({ provider_key: provider.id }),
      await seed.budget({ scope_type: 'virtual_key', scope_id: key.id, window: 'total' }),
    ];
    const missed = [
      await seed.budget({ provider_key: other.id }),
      await seed.budget({ scope_type: 'principal', scope_id: 'user-2' }),
      await seed.budget({ archived_at: new Date() }),
      await (await Seed.create(test.database)).budget(),
    ];
    const perUser = await seed.budget({ scope_type: 'attributed_user', scope_id: key.id });
    await ledger.record([confirmed('r1', { end_user_id: 'u-1' }), confirmed('r2', { end_user_id: 'u-2' })]);
    await ledger.record([confirmed('r3')]);
    for (const budget of hit) expect(await spentOf(budget.id)).toBe(3n * COST);
    for (const budget of missed) expect(await spentOf(budget.id)).toBe(0n);
    const buckets = await test.database
      .selectFrom('budget_periods')
      .select(['bucket', 'spent_nano_usd'])
      .where('budget_id', '=', perUser.id)
      .orderBy('bucket')
      .execute();
    expect(buckets).toEqual([
      { bucket: 'u-1', spent_nano_usd: COST },
      { bucket: 'u-2', spent_nano_usd: COST },
    ]);
  });

  it('charge the period in which the request ended, however late it is reported', async () => {
    const budget = await seed.budget();
    await ledger.record([confirmed('today'), confirmed('yesterday', { occurred_at: OCCURRED_AT_MS - DAY_MS })]);
    const [state] = await readCurrentSpend(test.database, [budget], OCCURRED_AT_MS);
    expect(state?.spentNanoUsd).toBe(COST);
    expect(await spentOf(budget.id)).toBe(2n * COST);
  });

  it('leave behind what happened before a reset, also when it is reported after', async () => {
    const resetAt = new Date(OCCURRED_AT_MS + 500);
    const budget = await seed.budget({
      window: 'manual',
      created_at: new Date(OCCURRED_AT_MS - DAY_MS),
      last_reset_at: resetAt,
    });
    await ledger.record([confirmed('before', { occurred_at: OCCURRED_AT_MS }), confirmed('after')]);
    const [state] = await readCurrentSpend(test.database, [budget], OCCURRED_AT_MS + 2_000);
    expect(state).toMatchObject({ spentNanoUsd: COST, period: { startedAtMs: resetAt.getTime(), resetsAtMs: null } });
  });
});

describe('the announcement of debits', () => {
  async function events(): Promise<Row<'change_events'>[]> {
    return test.database
      .selectFrom('change_events')
      .selectAll()
      .where('organization_id', '=', seed.organization.id)
      .execute();
  }

  it('comes at most once in ten seconds per project over all replicas, and once more after the last debit', async () => {
    await seed.budget({ scope_type: 'virtual_key', scope_id: key.id });
    const widest = await seed.budget();
    const replicas = [new BudgetAnnouncer(test.database, clock), new BudgetAnnouncer(test.database, clock)];
    const sweep = async (): Promise<unknown> => Promise.all(replicas.map((replica) => replica.sweep()));
    await sweep();
    for (let second = 0; second < 10; second += 1) {
      await ledger.record([confirmed(`r${second}`)]);
      await sweep();
      expect(await events()).toHaveLength(1);
      await clock.advance(1_000);
    }
    await sweep();
    await clock.advance(60_000);
    await sweep();
    expect(await events()).toMatchObject([
      { kind: 'BUDGET_UPDATED', budget_id: widest.id, project_id: seed.project.id },
      { kind: 'BUDGET_UPDATED', budget_id: widest.id, project_id: seed.project.id },
    ]);
  });

  it('is not made when no budget moved', async () => {
    await ledger.record([confirmed('r1')]);
    await new BudgetAnnouncer(test.database, clock).sweep();
    expect(await events()).toEqual([]);
  });
});
