import { costOf, createShippedPriceBook } from '#budget';
import { SystemClock } from '#kernel';
import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRETS, Stack } from '../support/stack.js';

const REQUESTS = 1_000;
const CONCURRENCY = 50;
const MODEL = 'gpt-5-mini';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());

/** Different for every answer, so that a line that is costed with another’s usage shows. */
const tokensOf = (index: number): { promptTokens: number; completionTokens: number } => ({
  promptTokens: 1_009 + index * 7,
  completionTokens: 1 + ((index * 613) % 4_001),
});

describe('a thousand requests of the official SDK at a concurrency of fifty', () => {
  it('are all answered, make a thousand lines, and cost what the price book says to the nano-dollar', async () => {
    const providerId = await stack.management.createModelProvider({
      name: 'listed',
      type: 'openai',
      base_url: `${stack.upstream.url}/listed`,
      credentials: { api_key: SECRETS.providerKey },
      models: [MODEL],
    });
    const key = await stack.addKey({}, [providerId]);
    const client = stack.openai(key.secret);
    const ask = (): Promise<{ requestId: string; usage: OpenAI.CompletionUsage | undefined; text: string | null }> =>
      client.chat.completions
        .create({ model: MODEL, messages: [{ role: 'user', content: 'Hello' }] })
        .withResponse()
        .then(({ data, response }) => ({
          requestId: response.headers.get('x-langwatch-gateway-request-id') ?? '',
          usage: data.usage,
          text: data.choices[0]?.message.content ?? null,
        }));
    await ask();
    await stack.upstream.script(
      ...Array.from({ length: REQUESTS }, (_, index) => ({ kind: 'answer' as const, ...tokensOf(index) })),
    );

    const answers: Awaited<ReturnType<typeof ask>>[] = [];
    let asked = 0;
    const worker = async (): Promise<void> => {
      while (asked < REQUESTS) {
        asked += 1;
        answers.push(await ask());
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    expect(answers).toHaveLength(REQUESTS);
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['alpha bravo charlie delta echo ']));

    const rows = await stack.ledgerOnce('all lines are settled', (all) => {
      return all.filter(({ outcome }) => outcome !== null).length >= REQUESTS + 1;
    });
    expect(rows).toHaveLength(REQUESTS + 1);
    const lines = new Map(rows.map((row) => [row.gateway_request_id, row]));
    const price = createShippedPriceBook().find('openai', MODEL, new SystemClock().now())?.price;
    if (price === undefined) throw new Error(`the price book does not know ${MODEL}`);
    let expected = 0n;
    for (const { requestId, usage } of answers) {
      const cost = costOf(price, { inputTokens: usage?.prompt_tokens, outputTokens: usage?.completion_tokens });
      expect(lines.get(requestId)).toMatchObject({ outcome: 'confirmed', pricing: 'priced', cost_nano_usd: cost });
      expected += cost;
    }
    const total = answers.reduce((sum, { requestId }) => sum + (lines.get(requestId)?.cost_nano_usd ?? 0n), 0n);
    expect(total).toBe(expected);
    const tokens = answers.reduce((sum, { usage }) => sum + (usage?.prompt_tokens ?? 0), 0);
    const scripted = Array.from({ length: REQUESTS }, (_, index) => tokensOf(index).promptTokens);
    expect(tokens).toBe(scripted.reduce((sum, count) => sum + count, 0));
  });
});
