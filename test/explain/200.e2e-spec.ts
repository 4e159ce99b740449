import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rawRequest } from '../support/raw-http.js';
import { PRIMARY_PRICE, Stack } from '../support/stack.js';
import { until } from '../support/until.js';

const policySchema = z.object({ routing_policy: z.object({ id: z.string() }) });
const explainedSchema = z.object({ request: z.looseObject({ outcome: z.string().nullable() }) });
const CLAUDE = 'claude-sonnet-4-5';
const PROMPT = 'a-prompt-that-nobody-else-may-see';
const ANSWER = 'an-answer-that-nobody-else-may-see';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());

/** The explanation of a request once its outcome is in the ledger. */
async function explain(requestId: string): Promise<z.output<typeof explainedSchema>['request']> {
  return until(`the outcome of ${requestId}`, async () => {
    const answer = await fetch(`${stack.controlPlane.url}/api/gateway/v1/requests/${requestId}/explain`, {
      headers: { authorization: `Bearer ${stack.management.adminKey}` },
    });
    if (answer.status === 404) return undefined;
    const { request } = explainedSchema.parse(await answer.json());
    return request.outcome === null ? undefined : request;
  });
}

describe('GET /requests/:id/explain', () => {
  it('shows both attempts of a request that fell over, what it cost, and nothing of its content', async () => {
    const price = { default_price: PRIMARY_PRICE };
    const chat = await stack.addProvider('chat', price);
    const claude = await stack.addProvider('claude', {
      type: 'anthropic',
      base_url: `${stack.upstream.url}/claude`,
      ...price,
    });
    const unlabelled = await stack.addProvider('elsewhere', price);
    for (const id of [chat, claude]) {
      await stack.management.call('PATCH', `/model-providers/${id}`, { labels: ['region:eu'] });
    }
    const policy = await stack.management.call('POST', '/routing-policies', {
      name: 'eu first',
      retriesMax: 0,
      requiredLabels: ['region:eu'],
      targets: [{ modelProviderId: unlabelled }, { modelProviderId: chat }, { modelProviderId: claude, model: CLAUDE }],
      modelAliases: { fast: 'fake/plain' },
    });
    const { id: policyId } = policySchema.parse(policy).routing_policy;
    const key = await stack.addKey({ name: 'checkout', routing_mode: 'policy', routing_policy_id: policyId }, [
      chat,
      claude,
      unlabelled,
    ]);
    await stack.upstream.script('error-500', { kind: 'answer', text: ANSWER, completionTokens: 5 });
    const answer = await rawRequest(stack.chatUrl, {
      headers: { ...stack.headers(key.secret), 'x-langwatch-end-user-id': 'end-user-1' },
      body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: PROMPT }], seed: 7 }),
    });
    expect(answer.status, answer.body.toString()).toBe(200);
    const requestId = String(answer.headers['x-langwatch-gateway-request-id']);
    const request = await explain(requestId);

    expect(request).toMatchObject({
      id: requestId,
      virtual_key: { id: key.id, name: 'checkout' },
      end_user_id: 'end-user-1',
      outcome: 'confirmed',
      error: null,
      requested_model: 'fast',
      resolved_model: 'fake/plain',
      routing: {
        inbound_dialect: 'openai-chat',
        strategy: 'fallback',
        policy_name: 'eu first',
        attempts: [
          { model_provider_id: chat, model: 'fake/plain', outcome: 'server_error' },
          { model_provider_id: claude, model: CLAUDE, outcome: 'success' },
        ],
        dropped_fields: ['seed'],
        streamed: false,
      },
      cost_usd: '0.021',
      cost_nano_usd: 21_000_000,
      lines: [
        { id: requestId, role: 'answer', model_provider_id: claude, usage: { input_tokens: 11, output_tokens: 5 } },
      ],
    });
    const { candidates } = z
      .object({
        candidates: z.array(z.object({ model_provider_id: z.string(), planned: z.boolean(), reason: z.string() })),
      })
      .parse(request['routing']);
    expect(candidates.map(({ model_provider_id: id, planned }) => [id, planned])).toEqual(
      expect.arrayContaining([
        [chat, true],
        [claude, true],
        [unlabelled, false],
      ]),
    );
    expect(candidates.find(({ planned }) => !planned)?.reason).toContain('region:eu');
    const text = JSON.stringify(request);
    for (const hidden of [PROMPT, ANSWER, key.secret]) expect(text).not.toContain(hidden);
  });

  it('of a request that was refused says by what, and that it cost nothing', async () => {
    const key = await stack.addKey({ config: { modelsAllowed: ['other'] } });
    const answer = await rawRequest(stack.chatUrl, {
      headers: stack.headers(key.secret),
      body: JSON.stringify({ model: 'fake/plain', messages: [] }),
    });
    expect(answer.status).toBe(403);
    const request = await explain(String(answer.headers['x-langwatch-gateway-request-id']));
    expect(request).toMatchObject({
      outcome: 'failed',
      error: { type: 'model_not_allowed', http_status: 403 },
      routing: { strategy: 'fallback_all', policy_name: null, attempts: [] },
      cost_nano_usd: 0,
    });
  });
});
