import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorOf } from '../support/error-body.js';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { PRIMARY_PRICE, Stack } from '../support/stack.js';
import { until } from '../support/until.js';

const policySchema = z.object({ routing_policy: z.object({ id: z.string() }) });
const CLAUDE = 'claude-sonnet-4-5';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

let scenes = 0;

/** A provider of OpenAI's dialect and one of Anthropic's, and a key that follows a policy over them. */
async function follow(policyOf: (chat: string, claude: string) => object): Promise<{
  chat: string;
  claude: string;
  policyId: string;
  key: string;
}> {
  scenes += 1;
  const price = { default_price: PRIMARY_PRICE };
  const chat = await stack.addProvider(`chat-${scenes}`, price);
  const claude = await stack.addProvider(`claude-${scenes}`, {
    type: 'anthropic',
    base_url: `${stack.upstream.url}/claude-${scenes}`,
    ...price,
  });
  const body = { name: `policy ${scenes}`, ...policyOf(chat, claude) };
  const { id } = policySchema.parse(await stack.management.call('POST', '/routing-policies', body)).routing_policy;
  const { secret } = await stack.addKey({ routing_mode: 'policy', routing_policy_id: id }, [chat, claude]);
  return { chat, claude, policyId: id, key: secret };
}

const send = (key: string, body: object = {}): Promise<RawAnswer> =>
  rawRequest(stack.chatUrl, {
    headers: stack.headers(key),
    body: JSON.stringify({ model: 'fake/plain', messages: [{ role: 'user', content: 'hello' }], ...body }),
  });

/** What was asked, as `<provider>: <model>`, in order. */
async function asked(): Promise<readonly string[]> {
  return (await stack.upstream.requests()).map(({ url, body }) => {
    const { model } = z.object({ model: z.string() }).parse(JSON.parse(body.toString()));
    return `${(url.split('/')[1] ?? '').replace(/-\d+$/, '')}: ${model}`;
  });
}

const patch = (path: string, body: object): Promise<unknown> => stack.management.call('PATCH', path, body);

describe('a key with a routing policy', () => {
  it('falls over to another provider, with another model, in another dialect', async () => {
    const { claude, key } = await follow((first, second) => ({
      retriesMax: 0,
      targets: [{ modelProviderId: first }, { modelProviderId: second, model: CLAUDE }],
    }));
    await stack.upstream.script('error-500', { kind: 'answer', text: 'hello from afar', completionTokens: 5 });
    const answer = await send(key);

    expect(answer.status, answer.body.toString()).toBe(200);
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 'hello from afar' }, finish_reason: 'stop' }],
    });
    expect(await asked()).toEqual(['chat: fake/plain', `claude: ${CLAUDE}`]);
    const requestId = String(answer.headers['x-langwatch-gateway-request-id']);
    expect(await stack.settledLine({ requestId })).toMatchObject({
      outcome: 'confirmed',
      model_provider_id: claude,
      model: CLAUDE,
      cost_nano_usd: 21_000_000n,
    });
  });

  it('keeps to the targets that are for the model, and to the aliases of the policy', async () => {
    const { key } = await follow((first, second) => ({
      targets: [
        { modelProviderId: first, whenModels: ['fake/*'] },
        { modelProviderId: second, model: CLAUDE, whenModels: ['smart*'] },
      ],
      modelAliases: { easy: 'fake/plain' },
    }));
    expect((await send(key, { model: 'easy' })).status).toBe(200);
    expect((await send(key, { model: 'smart-one' })).status).toBe(200);
    const refused = await send(key, { model: 'other' });

    expect([refused.status, errorOf(refused).code]).toEqual([403, 'model_not_allowed']);
    expect(await asked()).toEqual(['chat: fake/plain', `claude: ${CLAUDE}`]);
  });

  it('follows every change of the policy without a restart, and none once it is archived', async () => {
    const { policyId, claude, key } = await follow((first) => ({ targets: [{ modelProviderId: first }] }));
    await send(key);
    expect(await asked()).toEqual(['chat: fake/plain']);

    await patch(`/routing-policies/${policyId}`, { targets: [{ modelProviderId: claude, model: CLAUDE }] });
    await until('the second provider is asked', async () => {
      await stack.upstream.reset();
      await send(key);
      return (await asked())[0] === `claude: ${CLAUDE}`;
    });

    await stack.management.call('DELETE', `/routing-policies/${policyId}`);
    await until('the first provider in reach is asked again', async () => {
      await stack.upstream.reset();
      await send(key);
      return (await asked())[0] === 'chat: fake/plain';
    });
  });
});

describe('labels that a policy demands', () => {
  it('keep requests from a provider without them, and let them through once it carries them', async () => {
    const { chat, key } = await follow((first) => ({
      targets: [{ modelProviderId: first }],
      requiredLabels: ['region:eu'],
    }));
    const refused = await send(key);
    expect([refused.status, errorOf(refused).code]).toEqual([403, 'model_not_allowed']);
    expect(await asked()).toEqual([]);

    await patch(`/model-providers/${chat}`, { labels: ['region:eu', 'zero-retention'] });
    await until('the provider is asked', async () => (await send(key)).status === 200);

    await patch(`/model-providers/${chat}`, { labels: ['region:us'] });
    await until('the provider is asked no more', async () => (await send(key)).status === 403);
    await stack.upstream.reset();
    expect((await send(key)).status).toBe(403);
    expect(await asked()).toEqual([]);
  });

  it('leave no way around them when the only provider that carries them goes away or fails', async () => {
    const { claude, key } = await follow((first, second) => ({
      retriesMax: 0,
      targets: [{ modelProviderId: first }, { modelProviderId: second, model: CLAUDE }],
      requiredLabels: ['region:eu'],
    }));
    await patch(`/model-providers/${claude}`, { labels: ['region:eu'] });
    await until('the provider with the label is asked', async () => (await send(key)).status === 200);
    await stack.upstream.reset();
    await stack.upstream.script('error-500');
    expect((await send(key)).status).toBe(500);
    expect(await asked()).toEqual([`claude: ${CLAUDE}`]);

    await stack.management.call('DELETE', `/model-providers/${claude}`);
    await until('nobody is left', async () => (await send(key)).status === 403);
    expect((await asked()).filter((request) => request.startsWith('chat'))).toEqual([]);
  });
});
