import { SystemClock } from '#kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { speechOf } from '../../bench/reliability/client-dialects.js';
import type { ClientDialect } from '../../bench/reliability/pairings.js';
import { SECRETS, Stack } from '../support/stack.js';

/** How long the provider may work for nobody. */
const CANCEL_MS_MAX = 100;

/** The first provider of each dialect, and a model of it. */
const DIALECTS: readonly (readonly [dialect: ClientDialect, type: string, model: string])[] = [
  ['chat', 'openai', 'gpt-4o'],
  ['responses', 'openai', 'gpt-4o'],
  ['messages', 'anthropic', 'claude-sonnet-4-5'],
  ['gemini', 'gemini', 'gemini-2.5-flash'],
];

/** Where in the answer the provider is silent while the client leaves. */
const STAGES = [
  { stage: 'before the headers', fault: 'hang-before-headers', streams: false, bytesCame: false },
  { stage: 'before the headers of a stream', fault: 'hang-before-headers', streams: true, bytesCame: false },
  { stage: 'after the headers', fault: 'hang-before-first-token', streams: true, bytesCame: false },
  { stage: 'in the middle of a stream', fault: 'stall-mid-stream', streams: true, bytesCame: true },
  { stage: 'in the middle of a plain body', fault: 'stall-mid-stream', streams: false, bytesCame: false },
] as const;

const closedSchema = z.array(z.object({ holding: z.boolean(), clientClosedAtMs: z.number().optional() }));

const clock = new SystemClock();
let stack: Stack;
let keys: ReadonlyMap<ClientDialect, string>;

beforeAll(async () => {
  stack = await Stack.start();
  const made = new Map<ClientDialect, string>();
  for (const [dialect, type] of DIALECTS) {
    const name = `leaving-${dialect}`;
    const base_url = `${stack.upstream.url}/${name}`;
    const first = await stack.addProvider(name, { type, base_url, credentials: { api_key: SECRETS.providerKey } });
    made.set(dialect, (await stack.addKey({}, [first])).secret);
  }
  keys = made;
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

describe.each(DIALECTS)('a client that speaks %s', (dialect, _, baseModel) => {
  it.each(STAGES)('and leaves $stage ends the provider’s work at once, and is settled once', async (stage) => {
    const endUserId = `${dialect}-${stage.fault}-${stage.streams}`;
    const speech = speechOf(dialect);
    const model = `${baseModel}-fault-${stage.fault}`;
    const question = { model, streams: stage.streams, text: 'Say something about a fox.', offersTool: false };
    const leaving = new AbortController();
    const call = fetch(stack.gateway.url + speech.path(question), {
      method: 'POST',
      headers: { ...stack.headers(keys.get(dialect) ?? ''), 'x-langwatch-end-user-id': endUserId },
      body: JSON.stringify(speech.body(question)),
      signal: leaving.signal,
    });
    const left = expect(stage.bytesCame ? readAll(call) : call).rejects.toThrow('abort');
    await stack.upstream.waitFor('the provider is silent', ([request]) => request?.holding === true);
    if (stage.bytesCame) await call;

    const leftAtMs = clock.now();
    leaving.abort();
    await left;
    await stack.upstream.waitFor('the call is cancelled', ([request]) => request?.end === 'client-closed');
    expect((await closedAtMs()) - leftAtMs).toBeLessThan(CANCEL_MS_MAX);
    expect(await stack.settledLine({ endUserId })).toMatchObject({
      outcome: 'failed',
      error_type: 'client_gone',
      http_status: 499,
    });
  });
});

async function readAll(call: Promise<Response>): Promise<string> {
  return (await call).text();
}

/** When the fake upstream saw the only request's connection close, by its own clock. */
async function closedAtMs(): Promise<number> {
  const response = await fetch(`${stack.upstream.url}/__fake/requests`);
  const [only, ...others] = closedSchema.parse(await response.json());
  expect(others).toEqual([]);
  return only?.clientClosedAtMs ?? Infinity;
}
