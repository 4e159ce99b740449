import { promisify } from 'node:util';
import { brotliCompress, deflate, gzip, zstdCompress } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { Stack } from '../support/stack.js';

/**
 * Spelled as no serialiser would: order, white space, numbers, escapes, a repeated member, a trailing line end. Its
 * `choices` make it pass for an answer when it is echoed.
 */
const ODD_JSON = [
  '\r\n{ "z":1.0,"temperature" : 1e-1 ,\t"messages":[ {"content":"\\u0041\\/ \\ud83d\\ude00 ä","role":"user"} ],',
  '"seed":12345678901234567890,"metadata":{"b":"2","a":"1","a":"3"}, "logit_bias":{},',
  '"choices" : [{ }],"model":"fake/echo"  ,"user":"","z":-0}\n',
].join('\n');

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

function send(body: string | Buffer, headers: Record<string, string> = {}, key?: string): Promise<RawAnswer> {
  return rawRequest(stack.chatUrl, { headers: { ...stack.headers(key), ...headers }, body });
}

describe('bytes in the same dialect', () => {
  it('go up and come down as they are, however oddly the JSON is spelled', async () => {
    const answer = await send(ODD_JSON);

    expect(answer.status).toBe(200);
    expect((await stack.upstream.onlyRequest()).body.toString()).toBe(ODD_JSON);
    // The provider echoed the request, so the same bytes came back.
    expect(answer.body.toString()).toBe(ODD_JSON);
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(ODD_JSON)));
  });

  it('of a plain answer are the provider’s own', async () => {
    const body = JSON.stringify({ model: 'fake/unicode', messages: [] });
    const direct = await rawRequest(`${stack.upstream.url}/v1/chat/completions`, { body });
    const answer = await send(body);

    expect(answer.body.equals(direct.body)).toBe(true);
  });

  it('of a stream are the provider’s own, down to its end', async () => {
    const body = '{"model":"fake/unicode", "stream" : true, "stream_options":{"include_usage":true},"messages":[]}';
    const direct = await rawRequest(`${stack.upstream.url}/v1/chat/completions`, { body });
    const answer = await send(body);

    expect(direct.body.toString()).toMatch(/data: \[DONE\]\n\n$/);
    expect(answer.body.toString()).toBe(direct.body.toString());
    const [, viaGateway] = await stack.upstream.requests();
    expect(viaGateway?.body.toString()).toBe(body);
  });

  it('of a stream gain nothing but the request for usage when the client left that open', async () => {
    await send('{ "model":"fake/stream","stream":true,"messages":[] }');

    expect((await stack.upstream.onlyRequest()).body.toString()).toBe(
      '{"stream_options":{"include_usage":true}, "model":"fake/stream","stream":true,"messages":[] }',
    );
  });
});

describe('the model name', () => {
  it('of an alias is replaced, and nothing beside it', async () => {
    const key = await stack.addKey({ config: { modelAliases: { fast: 'fake/echo' } } });
    const body = ODD_JSON.replace('"fake/echo"', '"fast"');
    const answer = await send(body, {}, key.secret);

    expect(answer.status).toBe(200);
    expect((await stack.upstream.onlyRequest()).body.toString()).toBe(ODD_JSON);
    expect(answer.headers['x-langwatch-model']).toBe('fake/echo');
    const requestId = String(answer.headers['x-langwatch-gateway-request-id']);
    expect(await stack.settledLine({ requestId })).toMatchObject({ model_requested: 'fast', model: 'fake/echo' });
  });

  it.each(['custom/fake/echo', 'primary/fake/echo'])('loses the provider before it: %s', async (model) => {
    const answer = await send(ODD_JSON.replace('fake/echo', model));

    expect(answer.status).toBe(200);
    expect((await stack.upstream.onlyRequest()).body.toString()).toBe(ODD_JSON);
  });

  it('of an alias wins over a real model of the same name', async () => {
    const key = await stack.addKey({ config: { modelAliases: { 'custom/fake/plain': 'fake/echo' } } });
    await send(ODD_JSON.replace('fake/echo', 'custom/fake/plain'), {}, key.secret);

    expect((await stack.upstream.onlyRequest()).body.toString()).toBe(ODD_JSON);
  });
});

describe('an encoded body', () => {
  const encoders = {
    gzip: promisify(gzip),
    'x-gzip': promisify(gzip),
    deflate: promisify(deflate),
    br: promisify(brotliCompress),
    zstd: promisify(zstdCompress),
  } as const;

  it.each(Object.entries(encoders))('of %s is decoded before it goes up', async (coding, encode) => {
    const answer = await send(await encode(Buffer.from(ODD_JSON)), { 'content-encoding': coding });

    expect(answer.status).toBe(200);
    const seen = await stack.upstream.onlyRequest();
    expect(seen.body.toString()).toBe(ODD_JSON);
    expect(seen.headers['content-encoding']).toBeUndefined();
  });

  it('of several codings is undone from the last to the first', async () => {
    const body = await encoders.br(await encoders.gzip(Buffer.from(ODD_JSON)));
    const answer = await send(body, { 'content-encoding': 'gzip, identity, BR' });

    expect(answer.status).toBe(200);
    expect((await stack.upstream.onlyRequest()).body.toString()).toBe(ODD_JSON);
  });

  it('of 8 MiB that is gzipped arrives whole', async () => {
    const body = Buffer.from(ODD_JSON.replace('"user":""', `"user":"${'é'.repeat(4 * 1024 * 1024)}"`));
    const answer = await send(await encoders.gzip(body), { 'content-encoding': 'gzip' });

    expect(answer.status).toBe(200);
    expect((await stack.upstream.onlyRequest()).body.equals(body)).toBe(true);
    expect(answer.body.equals(body)).toBe(true);
  });
});
