import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { SECRETS, Stack } from '../support/stack.js';

/** Texts that only a log of content would hold, each in a place of its own. */
const CANARIES = {
  prompt: 'canary-prompt-1f0c',
  systemPrompt: 'canary-system-2a7d',
  toolArgument: 'canary-argument-3b9e',
  malformedBody: 'canary-malformed-4c1a',
  oversizedBody: 'canary-oversized-5d2b',
  answer: 'canary-answer-6e3c',
  providerError: 'canary-provider-error-7f4d',
  queryKey: 'vk-lw-live_canary-query-8a5e',
  unknownKey: 'vk-lw-live_canary-unknown-9b6f',
  cookie: 'canary-cookie-0c7a',
};

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start({ gateway: { SERVER_MAX_REQUEST_BODY_BYTES: '65536' } });
});
afterAll(() => stack?.dispose());

const BODY = {
  model: 'fake/plain',
  messages: [
    { role: 'system', content: CANARIES.systemPrompt },
    { role: 'user', content: CANARIES.prompt },
    {
      role: 'assistant',
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'look', arguments: `{"for":"${CANARIES.toolArgument}"}` } },
      ],
    },
  ],
};

const send = (body: object | string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
  rawRequest(stack.chatUrl, {
    headers: { ...stack.headers(), cookie: CANARIES.cookie, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Goes through every way in which a request can end. */
async function exercise(): Promise<readonly string[]> {
  await stack.upstream.script({ kind: 'answer', text: CANARIES.answer });
  await send(BODY);
  await stack.upstream.script({ kind: 'answer', text: CANARIES.answer });
  await send({ ...BODY, stream: true });
  await stack.upstream.script({ kind: 'error', status: 400, message: CANARIES.providerError });
  await send(BODY);
  await stack.upstream.script({ kind: 'error', status: 500, message: CANARIES.providerError });
  await send(BODY);
  for (const model of ['cut', 'truncated', 'disconnect', 'error-event']) {
    await send({ ...BODY, model: `fake/${model}` });
    await send({ ...BODY, model: `fake/${model}`, stream: true });
  }
  await send(`{"model":"fake/plain","messages":"${CANARIES.malformedBody}`);
  await send({ ...BODY, user: CANARIES.oversizedBody.repeat(4_000) });
  await send(CANARIES.malformedBody, { 'content-encoding': 'gzip' });
  await send({ messages: BODY.messages });
  await send(BODY, { authorization: `Bearer ${CANARIES.unknownKey}` });
  await rawRequest(`${stack.chatUrl}?key=${CANARIES.queryKey}`, { body: JSON.stringify(BODY) });
  await stack
    .openai(undefined, { timeout: 300 })
    .chat.completions.create({ model: 'fake/hang', messages: [{ role: 'user', content: CANARIES.prompt }] })
    .catch(() => undefined);
  return administer();
}

/** Creates, changes and revokes keys, and answers their secrets. */
async function administer(): Promise<readonly string[]> {
  const key = await stack.addKey({ budget: { limit_usd: '0.01', window: 'day' } });
  await send(BODY, { authorization: `Bearer ${key.secret}` });
  await send(BODY, { authorization: `Bearer ${key.secret}` });
  const rotated = await stack.management.call('POST', `/virtual-keys/${key.id}/rotate`);
  await stack.management.call('POST', `/virtual-keys/${key.id}/revoke`, {});
  await stack.management.createVirtualKey({ unknown_field: CANARIES.prompt }).catch(() => undefined);
  await fetch(`${stack.controlPlane.url}/api/gateway/v1/virtual-keys`, {
    headers: { authorization: `Bearer ${CANARIES.unknownKey}` },
  });
  return [key.secret, String((rotated as { secret: unknown }).secret)];
}

describe('the logs of a whole day in small', () => {
  it('tell what happened, and hold no key, no credential and no word of a prompt or an answer', async () => {
    const secrets = await exercise();
    const metrics = await stack.metrics();
    // They write what they still hold when they end.
    await stack.gateway.stop();
    await stack.controlPlane.stop();
    const rows = await stack.ledger();
    expect(rows.length).toBeGreaterThan(10);
    const ledger = JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    const gateway = stack.gateway.output;
    const controlPlane = stack.controlPlane.output;

    expect(gateway.match(/request_completed/g)?.length).toBeGreaterThan(20);
    expect(gateway).toContain('gateway_request_failed');
    expect(gateway).toContain(stack.key.id);
    expect(controlPlane.length).toBeGreaterThan(0);
    const secret = [...Object.values(CANARIES), ...Object.values(SECRETS), stack.key.secret, ...secrets];
    for (const text of [...secret, stack.management.adminKey]) {
      for (const [where, output] of Object.entries({ gateway, controlPlane, ledger, metrics: metrics.text })) {
        expect(output.includes(text), `${text} in the output of ${where}`).toBe(false);
      }
    }
  });

  it('are one JSON object a line, each with level and time', () => {
    const lines = stack.gateway.output.trimEnd().split('\n');

    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), ts: expect.any(Number) });
    }
  });
});
