import { EXPLANATION_ENTRIES_MAX, requestExplanationSchema } from '#gateway-protocol';
import type { WalkEvent } from '#retry';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../exchange/exchange.js';
import { anAttempt, anExchange } from '../exchange/testing/an-exchange.js';
import { ResumableAnswer } from '../resume/resumable-answer.js';
import type { Candidate } from './candidate.js';
import { explain } from './explain.js';
import { bundleWith, planOf, policy, target, type ProviderInput } from './testing/plan-fixtures.js';

const ROWS: readonly ProviderInput[] = [
  { id: 'mp_1', type: 'openai', labels: ['eu'], credentials: { api_key: 'sk-secret' } },
  { id: 'mp_2', type: 'groq', labels: [] },
];

function step(candidate: Candidate, members: Partial<WalkEvent<Candidate>> = {}): WalkEvent<Candidate> {
  return {
    reason: 'timeout',
    kind: 'timeout_headers',
    candidate,
    index: 0,
    startedMs: 1_010.4,
    durationMs: 99.6,
    ...members,
  };
}

/** An exchange that was planned and answered by its second candidate. */
function answered(model = 'smart'): Exchange {
  const exchange = anExchange();
  const targets = [target('mp_1'), target('mp_1', { model: 'gpt-5-mini' }), target('mp_2', { model: 'llama-3' })];
  exchange.bundle = bundleWith(ROWS, {
    ...policy({ strategy: 'weighted', targets, required_labels: ['eu'] }),
    routing_policy_name: 'EU first',
    model_aliases: { smart: 'gpt-5' },
  });
  exchange.request = { model, streams: true, body: Buffer.from('{"messages":"a prompt that is nobody’s business"}') };
  exchange.plan = planOf(exchange.bundle, model);
  const [first, second] = exchange.plan.candidates;
  if (first === undefined || second === undefined) throw new Error('two candidates were planned');
  const skipped = { reason: 'circuit_open', kind: undefined, durationMs: 0 } as const;
  exchange.steps.push(
    step(first),
    step(second, skipped),
    step(second, { reason: 'fallback_success', kind: 'success' }),
  );
  const failed = anAttempt(first, 0);
  exchange.attempt = anAttempt(second, 1);
  exchange.attempt.status = 200;
  exchange.attempt.firstTokenAtMs = 1_050.4;
  exchange.ended.push(failed, exchange.attempt);
  exchange.attempt.droppedFields = ['seed', 'user'];
  exchange.streaming = true;
  return exchange;
}

describe('the explanation of a request', () => {
  it('says what was asked, how it was read, who was considered, who was tried and what was dropped', () => {
    expect(explain(answered())).toEqual({
      requested_model: 'smart',
      resolved_model: 'gpt-5',
      inbound_dialect: 'openai-chat',
      strategy: 'weighted',
      policy_name: 'EU first',
      candidates: [
        { model_provider_id: 'mp_1', family: 'openai', model: 'gpt-5', reason: 'first', planned: true },
        { model_provider_id: 'mp_1', family: 'openai', model: 'gpt-5-mini', reason: 'next in order', planned: true },
        {
          model_provider_id: 'mp_2',
          family: 'groq',
          model: 'llama-3',
          reason: 'without the label "eu"',
          planned: false,
        },
      ],
      attempts: [
        { model_provider_id: 'mp_1', model: 'gpt-5', outcome: 'timeout_headers', started_ms: 10, duration_ms: 100 },
        { model_provider_id: 'mp_1', model: 'gpt-5-mini', outcome: 'circuit_open', started_ms: 10, duration_ms: 0 },
        {
          model_provider_id: 'mp_1',
          model: 'gpt-5-mini',
          outcome: 'success',
          status: 200,
          started_ms: 10,
          duration_ms: 100,
          first_token_ms: 40,
        },
      ],
      dropped: ['seed', 'user'],
      streamed: true,
    });
  });

  it('holds no word of the content, and no credential', () => {
    const text = JSON.stringify(explain(answered()));
    expect(text).not.toContain('business');
    expect(text).not.toContain('secret');
  });

  it('of a request that was refused before it was planned says what is known', () => {
    const exchange = anExchange();
    exchange.request = { model: undefined, streams: false };
    expect(explain(exchange)).toEqual({
      inbound_dialect: 'openai-chat',
      strategy: 'none',
      candidates: [],
      attempts: [],
      streamed: false,
    });
  });

  it('names the key’s mode where it has no policy', () => {
    const exchange = anExchange();
    exchange.request = { model: 'gpt-5', streams: false };
    exchange.bundle = bundleWith(ROWS);
    expect(explain(exchange).strategy).toBe('fallback_all');
  });

  it.each(['continue', 'restart'] as const)('says how a broken answer was completed (%s)', (mode) => {
    const exchange = answered();
    const writer = { write: () => '', end: () => '', fail: () => '' };
    exchange.resumable = new ResumableAnswer(writer, mode);
    exchange.resumable.nextAttempt();
    expect(explain(exchange).resumed).toBe('none');
    exchange.resumable.nextAttempt();
    expect(explain(exchange).resumed).toBe(mode === 'continue' ? 'continued' : 'restarted');
  });

  it('stays within what the control plane takes, however long names and lists are', () => {
    const long = 'x'.repeat(2_000);
    const exchange = anExchange();
    const many = Array.from({ length: 64 }, () => target('mp_1', { model: long }));
    const rows = [
      { id: 'mp_1', type: 'openai', labels: [] },
      { id: long, type: 'openai', labels: [long] },
      { id: 'mp_3', type: long },
    ];
    exchange.bundle = bundleWith(rows, {
      ...policy({
        targets: [...many.slice(0, 62), target(long), target('mp_3', { model: long })],
        required_labels: [long],
      }),
      routing_policy_name: long,
    });
    const requested = `gpt-${long}`;
    exchange.request = { model: requested, streams: false };
    exchange.plan = planOf(exchange.bundle, requested);
    const [candidate] = exchange.plan.candidates;
    if (candidate === undefined) throw new Error('a candidate was planned');
    exchange.attempt = anAttempt(candidate);
    exchange.attempt.droppedFields = Array.from({ length: 100 }, () => long);
    for (let index = 0; index < 100; index += 1) exchange.steps.push(step(candidate, { startedMs: 1_000 + index }));
    const explanation = explain(exchange);
    expect(requestExplanationSchema.safeParse(explanation).success).toBe(true);
    expect(explanation.candidates).toHaveLength(EXPLANATION_ENTRIES_MAX);
    // Of a long walk the end is what explains the outcome.
    expect(explanation.attempts.at(-1)?.started_ms).toBe(99);
  });
});
