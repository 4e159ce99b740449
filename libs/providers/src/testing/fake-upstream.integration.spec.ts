import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FakeUpstream } from './fake-upstream.js';
import { BEHAVIOUR_NAMES } from './named-behaviours.js';

const toolAnswerSchema = z.object({
  choices: z.tuple([
    z.object({
      message: z.object({ tool_calls: z.tuple([z.object({ function: z.object({ arguments: z.string() }) })]) }),
    }),
  ]),
});

let upstream: FakeUpstream;

beforeEach(async () => {
  upstream = await FakeUpstream.start();
});

afterEach(() => upstream.stop());

function ask(model: string, more: object = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${upstream.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }], ...more }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const askStream = (model: string, more: object = {}): Promise<Response> => ask(model, { stream: true, ...more });

function events(sse: string): unknown[] {
  const payloads = sse.split('\n\n').filter((event) => event !== '');
  return payloads.map((event) => (event === 'data: [DONE]' ? '[DONE]' : JSON.parse(event.slice('data: '.length))));
}

/** The first event's bytes of a stream that stays open. */
async function readOnce(response: Response): Promise<string> {
  const read = await response.body?.getReader().read();
  return new TextDecoder().decode(read?.value);
}

describe('answers', () => {
  it('a plain answer says what the same stream says, with the usage that it was told', async () => {
    const answer = await (await ask('fake/plain?chunks=3&promptTokens=7&completionTokens=9')).json();
    const stream = events(await (await askStream('fake/plain?chunks=3')).text());
    expect(answer).toMatchObject({
      model: 'fake/plain?chunks=3&promptTokens=7&completionTokens=9',
      choices: [{ message: { content: 'alpha bravo charlie ' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 7, completion_tokens: 9, total_tokens: 16 },
    });
    const deltas = stream.slice(1, 4);
    expect(deltas).toMatchObject(
      ['alpha ', 'bravo ', 'charlie '].map((content) => ({ choices: [{ delta: { content } }] })),
    );
  });

  it('a stream names the role, then the pieces, the finish, usage only when asked, and [DONE]', async () => {
    const asked = events(
      await (await askStream('fake/stream?chunks=2', { stream_options: { include_usage: true } })).text(),
    );
    expect(asked).toMatchObject([
      { choices: [{ delta: { role: 'assistant' }, finish_reason: null }], usage: null },
      { choices: [{ delta: { content: 'alpha ' } }] },
      { choices: [{ delta: { content: 'bravo ' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      { choices: [], usage: { completion_tokens: 2 } },
      '[DONE]',
    ]);
    const silent = await (await askStream('fake/stream?chunks=2')).text();
    expect(silent).not.toContain('usage');
    expect(await (await askStream('fake/always-usage')).text()).toContain('"usage":{');
    expect(await (await ask('fake/no-usage')).text()).not.toContain('"usage"');
  });

  it('and the calls in them have the ids that they were told, so that clients can tell rounds apart', async () => {
    const toolCall = { name: 'f', arguments: '{}' };
    upstream.script({ kind: 'answer', toolCall, id: 'one' }, { kind: 'answer', toolCall, id: 'two' });
    const answers = [await (await ask('any')).text(), await (await ask('any')).text()];
    expect(answers.map((text) => [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id))).toEqual([
      ['chatcmpl-one', 'call_one_1'],
      ['chatcmpl-two', 'call_two_1'],
    ]);
  });

  it('a tool call comes whole in a plain answer and in parts that join in a stream', async () => {
    const answer = toolAnswerSchema.parse(await (await ask('fake/tool-call')).json());
    const whole = answer.choices[0].message.tool_calls[0].function.arguments;
    expect(JSON.parse(whole)).toEqual({ city: 'Zürich', unit: 'celsius' });
    const stream = await (await askStream('fake/tool-call')).text();
    const parts = [...stream.matchAll(/"arguments":("(?:[^"\\]|\\.)*")/g)].map((match) => JSON.parse(match[1] ?? '""'));
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.join('')).toBe(whole);
    expect(stream).toContain('"finish_reason":"tool_calls"');
  });

  it('writes every byte on its own, so that characters are cut, and loses none', async () => {
    const { response, chunks } = await askRaw('fake/unicode', true);
    expect(response.statusCode).toBe(200);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBe(1);
    const spoken = events(Buffer.concat(chunks).toString('utf8'))
      .map((event) => (event as { choices?: { delta: { content?: string } }[] }).choices?.[0]?.delta.content ?? '')
      .join('');
    expect(spoken).toBe('Grüße, 世界! 👩‍👩‍👧 naïve café — ½ π ≈ 1.57 𝒜');
  });

  it('equal requests get equal bytes', async () => {
    const first = await (await askStream('fake/stream')).text();
    expect(await (await askStream('fake/stream')).text()).toBe(first);
  });

  it('lists its behaviours as models', async () => {
    const list = await (await fetch(`${upstream.url}/v1/models`)).json();
    expect(list).toMatchObject({ data: BEHAVIOUR_NAMES.map((name) => ({ id: `fake/${name}`, object: 'model' })) });
    expect(upstream.requests()).toEqual([]);
  });
});

/** As node:http sees it: every chunk of the transfer coding is its own `data` event. */
async function askRaw(model: string, stream: boolean) {
  const request = httpRequest(`${upstream.url}/v1/chat/completions`, { method: 'POST' });
  request.end(JSON.stringify({ model, messages: [], stream }));
  const [response] = await once(request, 'response');
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(response, 'end');
  return { response, chunks };
}

describe('failures', () => {
  it.each([400, 401, 404, 429, 500, 503, 529])('answers %i with an error in the shape of OpenAI', async (status) => {
    const response = await ask(`fake/error-${status}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String), type: expect.any(String) } });
    expect(response.headers.get('retry-after')).toBe(status === 429 ? '2' : null);
  });

  it('breaks the connection in the middle of an event, and of a JSON answer', async () => {
    const stream = await askStream('fake/cut');
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    await expect(async () => {
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) seen += part.value;
    }).rejects.toThrow('terminated');
    expect(seen).toContain('"content":"alpha "');
    expect(seen.endsWith('\n\n')).toBe(false);
    await expect((await ask('fake/cut')).text()).rejects.toThrow('terminated');
    expect(upstream.requests().map(({ end }) => end)).toEqual(['cut', 'cut']);
  });

  it('ends cleanly in the middle of an event, and of a JSON answer', async () => {
    const stream = await (await askStream('fake/truncated')).text();
    expect(stream.endsWith('\n\n')).toBe(false);
    const plain = await (await ask('fake/truncated')).text();
    expect(() => JSON.parse(plain)).toThrow(SyntaxError);
  });

  it('ends a stream without [DONE], and without a finish reason', async () => {
    const noDone = await (await askStream('fake/no-done')).text();
    expect(noDone).toContain('"finish_reason":"stop"');
    expect(noDone).not.toContain('[DONE]');
    const noFinish = await (await askStream('fake/no-finish')).text();
    expect(noFinish).not.toMatch(/finish_reason":"|\[DONE\]/);
  });

  it('reports an error with status 200, as an event of a stream and as the answer', async () => {
    const stream = events(await (await askStream('fake/error-event')).text());
    expect(stream.at(-1)).toMatchObject({ error: { type: 'server_error' } });
    const plain = await ask('fake/error-event');
    expect([plain.status, await plain.json()]).toMatchObject([200, { error: {} }]);
  });

  it('closes the connection without an answer', async () => {
    await expect(ask('fake/disconnect')).rejects.toThrow('fetch failed');
    expect(upstream.requests()).toMatchObject([{ end: 'cut', eventsSent: 0 }]);
  });

  it('refuses behaviours, paths and bodies that it does not know', async () => {
    expect((await ask('fake/nonsense')).status).toBe(404);
    expect((await ask('fake/stream?chunks=0')).status).toBe(404);
    expect((await fetch(`${upstream.url}/v1/nothing`, { method: 'POST', body: '{}' })).status).toBe(404);
    const noJson = await fetch(`${upstream.url}/v1/chat/completions`, { method: 'POST', body: 'no json' });
    expect(noJson.status).toBe(400);
    expect(() => upstream.script('nonsense')).toThrow('there is no behaviour "nonsense"');
  });
});

describe('holds', () => {
  it('sends no headers until released', async () => {
    const answer = ask('fake/hang');
    await upstream.waitFor(([request]) => request?.holding === true);
    upstream.release();
    expect((await answer).status).toBe(200);
  });

  it('goes silent after the first chunk until released', async () => {
    const stream = await askStream('fake/hang-after-first-chunk');
    await upstream.waitFor(([request]) => request?.holding === true);
    expect(upstream.requests()).toMatchObject([{ eventsSent: 2, end: 'open' }]);
    upstream.release();
    expect(events(await stream.text()).at(-1)).toBe('[DONE]');
    await upstream.waitFor(([request]) => request?.end === 'answered');
  });

  it('ends every held answer when it stops', async () => {
    const answer = ask('fake/hang').catch((error: Error) => error.message);
    await upstream.waitFor(([request]) => request?.holding === true);
    await upstream.stop();
    expect(await answer).toBe('fetch failed');
  });
});

describe('the record', () => {
  it('tells that the caller left before headers and in mid-stream', async () => {
    const leaves = new AbortController();
    const early = ask('fake/hang', {}, leaves.signal).catch(() => 'left');
    await upstream.waitFor(([request]) => request?.holding === true);
    leaves.abort();
    expect(await early).toBe('left');
    const [first] = await upstream.waitFor(([request]) => request?.end === 'client-closed');
    expect(first?.durationMs).toBeGreaterThan(0);

    const leavesLater = new AbortController();
    const late = await ask('fake/hang-after-first-chunk', { stream: true }, leavesLater.signal);
    await readOnce(late);
    leavesLater.abort();
    await upstream.waitFor((requests) => requests[1]?.end === 'client-closed');
  });

  it('tells that the caller left before its body was complete', async () => {
    const socket = connect(upstream.port, '127.0.0.1');
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{"mo');
    await upstream.waitFor((requests) => requests.length === 1);
    socket.destroy();
    expect(await upstream.waitFor(([request]) => request?.end === 'client-closed')).toMatchObject([
      { behaviour: undefined, body: Buffer.alloc(0) },
    ]);
  });

  it('keeps the bytes and headers as received, and echoes them', async () => {
    const body = Buffer.from('{ "model":"fake/echo",\n"x" : "\\u00fc ü" , "n": 1.0 }');
    const response = await fetch(`${upstream.url}/base/v1/chat/completions?a=b`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'X-Mixed-Case': 'Yes' },
      body,
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
    const encoded = response.headers.get('x-fake-request-headers') ?? '';
    expect(JSON.parse(Buffer.from(encoded, 'base64url').toString())).toMatchObject({ 'x-mixed-case': 'Yes' });
    const [record] = upstream.requests();
    expect(record).toMatchObject({ number: 1, method: 'POST', url: '/base/v1/chat/completions?a=b' });
    expect(record?.body.equals(body)).toBe(true);
  });
});

describe('the choice of a behaviour', () => {
  it('takes the queue before the header, the header before the model, and the model before the default', async () => {
    upstream.script('error-503', { kind: 'error', status: 418, message: 'short and stout' });
    const withHeader = (model: string): Promise<Response> =>
      fetch(`${upstream.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'x-fake-behaviour': 'error-500' },
        body: JSON.stringify({ model }),
      });
    expect((await withHeader('fake/error-400')).status).toBe(503);
    expect(await (await withHeader('fake/error-400')).json()).toMatchObject({ error: { message: 'short and stout' } });
    expect((await withHeader('fake/error-400')).status).toBe(500);
    expect((await ask('fake/error-400')).status).toBe(400);
    expect((await ask('gpt-5')).status).toBe(200);
  });

  it('takes scripts, releases, reports and resets over HTTP', async () => {
    const control = (method: string, path: string, body?: unknown): Promise<Response> =>
      fetch(`${upstream.url}/__fake/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    expect((await control('POST', 'script', ['hang', { kind: 'error', status: 500 }])).status).toBe(200);
    const held = ask('gpt-5');
    await upstream.waitFor(([request]) => request?.holding === true);
    expect((await ask('gpt-5')).status).toBe(500);
    await control('POST', 'release');
    expect((await held).status).toBe(200);
    const body = upstream.requests()[1]?.body.toString('base64');
    expect(await (await control('GET', 'requests')).json()).toMatchObject([{ end: 'answered' }, { body }]);
    expect(body).not.toBe('');
    await control('DELETE', 'requests');
    expect(upstream.requests()).toEqual([]);
    expect((await control('POST', 'script', ['nonsense'])).status).toBe(400);
    expect((await control('GET', 'nothing')).status).toBe(400);
  });
});

describe('a vendor that tells usage unasked', () => {
  it('does so on the scripted model’s streams', async () => {
    await upstream.stop();
    upstream = await FakeUpstream.start({ usage: 'always' });
    const told = events(await (await askStream('some-model')).text());
    expect(told.at(-2)).toMatchObject({ usage: { prompt_tokens: expect.any(Number) } });
  });
});
