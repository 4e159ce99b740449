import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from '../support/error-body.js';
import { RawConnection } from '../support/raw-connection.js';
import { rawRequest } from '../support/raw-http.js';
import { Stack } from '../support/stack.js';

const BODY = JSON.stringify({ model: 'fake/plain', messages: [] });
const UNKNOWN_KEY = 'vk-lw-live_01ARZ3NDEKTSV4RRFFQ69G5FAV';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

describe('a virtual key', () => {
  it.each([
    ['Authorization', (key: string) => `Bearer ${key}`],
    ['authorization', (key: string) => `bEaReR   ${key}`],
    ['x-api-key', (key: string) => key],
    ['api-key', (key: string) => key],
    ['x-goog-api-key', (key: string) => key],
    ['xi-api-key', (key: string) => key],
  ])('is taken from %s, and never goes up', async (header, spell) => {
    const answer = await rawRequest(stack.chatUrl, { headers: { [header]: spell(stack.key.secret) }, body: BODY });

    expect(answer.status).toBe(200);
    const { rawHeaders, url, body } = await stack.upstream.onlyRequest();
    expect(JSON.stringify([rawHeaders, url, body.toString()])).not.toContain(stack.key.secret);
  });

  it('is looked for elsewhere when Authorization has another scheme', async () => {
    const headers = { authorization: 'Basic dXNlcjpwYXNz', 'x-api-key': stack.key.secret };

    expect((await rawRequest(stack.chatUrl, { headers, body: BODY })).status).toBe(200);
  });
});

describe('401', () => {
  it.each([
    ['no key', {}],
    ['an empty key', { authorization: 'Bearer ' }],
    ['an unknown key', { authorization: `Bearer ${UNKNOWN_KEY}` }],
    ['a malformed key', { 'x-api-key': 'sk-something-else' }],
    ['a key of absurd length', { 'x-api-key': 'v'.repeat(10_000) }],
    ['a key in the query', { 'x-unrelated': 'yes' }],
  ])('refuses %s before any provider is asked', async (name, headers) => {
    const query = name === 'a key in the query' ? `?key=${stack.key.secret}` : '';
    const answer = await rawRequest(stack.chatUrl + query, { headers, body: BODY });

    expect(answer.status).toBe(401);
    expect(errorOf(answer)).toMatchObject({ code: 'invalid_api_key', type: 'invalid_api_key', fault: 'customer' });
    expect(answer.headers['x-langwatch-gateway-request-id']).toMatch(/^req_/);
    expect(await stack.upstream.requests()).toEqual([]);
  });

  it('raises the SDK’s own error, with the code that applications branch on', async () => {
    const call = stack.openai(UNKNOWN_KEY).chat.completions.create({ model: 'fake/plain', messages: [] });

    await expect(call).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(call).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  it('serves a key that another process has just created, although unknown keys are remembered', async () => {
    const [first, second] = [await stack.addKey(), await stack.addKey()];

    expect((await rawRequest(stack.chatUrl, { headers: stack.headers(first.secret), body: BODY })).status).toBe(200);
    expect((await rawRequest(stack.chatUrl, { headers: stack.headers(second.secret), body: BODY })).status).toBe(200);
  });

  it.each([
    ['without a key', ''],
    ['with an unknown key', `Authorization: Bearer ${UNKNOWN_KEY}\r\n`],
  ])('never reads the body of a request %s', async (_, header) => {
    const connection = await RawConnection.open(stack.gateway.url);
    const declaredBytes = 20 * 1024 * 1024;
    connection.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\n${header}Content-Length: ${declaredBytes}\r\n\r\n`,
    );

    // Not one byte of the body was sent, and the answer is there all the same.
    const { head } = await connection.answer();
    expect(head).toMatch(/^HTTP\/1\.1 401 /);
    expect(head).toMatch(/\r\nconnection: close/i);
    // What follows is nobody's request any more: the connection ends.
    connection.write(Buffer.alloc(1024 * 1024, '{'));
    await connection.closed();
  });
});
