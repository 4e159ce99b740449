import type { ConfigPayloadInput } from '#gateway-protocol';
import { SeededRandom } from '#kernel';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SideSpend } from '../budget/side-spend.js';
import type { Attempt } from '../exchange/attempt.js';
import { anExchange } from '../exchange/testing/an-exchange.js';
import type { RelayResult } from '../relay/answer-receiver.js';
import { readReliability } from './reliability.js';
import { Shadows } from './shadows.js';
import { PLANNING, bundleWith, planOf, policy, type ProviderInput } from './testing/plan-fixtures.js';

const ROWS: readonly ProviderInput[] = [
  { id: 'main', type: 'openai', labels: ['eu'] },
  { id: 'dark', type: 'groq', labels: ['eu'] },
  { id: 'vector', type: 'voyage', labels: ['eu'] },
  { id: 'unlabelled', type: 'groq' },
];
const LIMITS = { connectMs: 1, headersMs: 2, firstTokenMs: 3, betweenTokensMs: 4, totalMs: 5 };
const ANSWERED: RelayResult = { kind: 'success', value: { end: 'complete', status: 200, usage: undefined, deltas: 1 } };

class FixedRandom extends SeededRandom {
  constructor(private readonly drawn: number) {
    super();
  }

  override next(): number {
    return this.drawn;
  }
}

interface Scene {
  readonly config: Partial<ConfigPayloadInput>;
  readonly drawn?: number;
  readonly spent?: readonly string[];
  readonly run?: () => Promise<RelayResult>;
}

/** The attempt that a shadow made, if it made one, and what was recorded of it. */
async function shadowOf({ config, drawn = 0, spent, run = () => Promise.resolve(ANSWERED) }: Scene): Promise<{
  readonly attempt: Attempt | undefined;
  readonly recorded: readonly RelayResult[];
}> {
  const recorded: RelayResult[] = [];
  const sideSpend = { record: (_: unknown, __: unknown, result: RelayResult) => void recorded.push(result) };
  const shadows = new Shadows(PLANNING.adapters, sideSpend as unknown as SideSpend, new FixedRandom(drawn));
  const exchange = anExchange();
  exchange.bundle = bundleWith(ROWS, { providers_allowed: [], ...config });
  exchange.request = { model: 'gpt-5', streams: false };
  exchange.plan = planOf(exchange.bundle, 'gpt-5');
  exchange.reliability = readReliability({}, exchange.bundle.routing.policy, LIMITS);
  if (spent !== undefined) {
    exchange.budgetRestriction = { excludedModelProviderIds: new Set(spent), lastExcluded: {} as never };
  }
  let attempt: Attempt | undefined;
  shadows.start(exchange, () => {
    attempt = exchange.takeAttempt();
    return run();
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(exchange.attempt, 'the exchange does not take a shadow for its own attempt').toBeUndefined();
  return { attempt, recorded };
}

const shadow = (percent = 100, model: string | null = 'llama-3', id = 'dark'): Partial<ConfigPayloadInput> =>
  policy({ shadow: { model_provider_id: id, model, percent } });

describe('a shadow', () => {
  beforeEach(() => Logger.overrideLogger(false));
  afterEach(() => Logger.overrideLogger(['error', 'warn']));

  it('is sent for its share of requests, and what it cost is recorded', async () => {
    const { attempt, recorded } = await shadowOf({ config: shadow(10), drawn: 0.0999 });
    expect(attempt?.candidate).toMatchObject({ modelProvider: { id: 'dark' }, model: 'llama-3' });
    expect(attempt).toMatchObject({ shadow: true, limits: { ...LIMITS, deadlineMs: Infinity } });
    expect(recorded).toEqual([ANSWERED]);
    expect((await shadowOf({ config: shadow(10), drawn: 0.1 })).attempt).toBeUndefined();
    expect((await shadowOf({ config: shadow(0), drawn: 0 })).attempt).toBeUndefined();
  });

  it('asks for the model of the plan when it names none', async () => {
    expect((await shadowOf({ config: shadow(100, null) })).attempt?.candidate.model).toBe('gpt-5');
  });

  it.each<[string, Scene]>([
    ['there is no policy', { config: {} }],
    ['the key does not have its provider', { config: shadow(100, 'x', 'gone') }],
    ['its provider cannot serve the endpoint', { config: shadow(100, 'x', 'vector') }],
    ['the access list leaves its provider out', { config: { ...shadow(), providers_allowed: ['main'] } }],
    ['the key may not use its model', { config: { ...shadow(), models_allowed: ['gpt-5'] } }],
    ['its provider’s own budget is used up', { config: shadow(), spent: ['dark'] }],
  ])('is not sent when %s', async (_, scene) => {
    expect((await shadowOf(scene)).attempt).toBeUndefined();
  });

  it('is not sent to a provider without the labels that the policy demands', async () => {
    const demanding = (id: string): Partial<ConfigPayloadInput> =>
      policy({ shadow: { model_provider_id: id, model: 'llama-3', percent: 100 }, required_labels: ['eu'] });
    expect((await shadowOf({ config: demanding('dark') })).attempt).toBeDefined();
    expect((await shadowOf({ config: demanding('unlabelled') })).attempt).toBeUndefined();
  });

  it('that fails is nobody’s affair', async () => {
    const { attempt, recorded } = await shadowOf({ config: shadow(), run: () => Promise.reject(new Error('x')) });
    expect(attempt).toBeDefined();
    expect(recorded).toEqual([]);
  });
});
