import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { SystemClock } from '#kernel';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { bedrockConverseProvider } from '../dialects/bedrock-converse/index.js';
import type { ModelEvent } from '../spec/model-event.js';
import type { ProviderCredential } from '../spec/provider-adapter.js';
import { AwsEventStreamFramer } from '../transport/aws-event-stream-framer.js';
import { BedrockAdapter } from './bedrock.adapter.js';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const ARN = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)),
  (text) => new TextEncoder().encode(text),
);

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Encodes every byte but the unreserved ones and slashes, as AWS does with the path that it received. */
function encodePath(path: string): string {
  return [...Buffer.from(path)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9_.~/-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** Computes the signature anew from what arrived, by AWS's description of Signature Version 4. */
function signatureOf({ method, url, headers }: IncomingMessage, body: Buffer): string {
  const fields = /Credential=[^/]+\/(\d+)\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+),/.exec(
    headers.authorization ?? '',
  );
  const [, date = '', region = '', service = '', signedHeaders = ''] = fields ?? [];
  const canonicalHeaders = signedHeaders.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonicalRequest = [method, encodePath(url ?? ''), '', canonicalHeaders.join(''), signedHeaders, sha256(body)];
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${SECRET}`, date), region), service), 'aws4_request');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonicalRequest.join('\n'))].join('\n');
  return hmac(key, text).toString('hex');
}

async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(incoming);
  if (!incoming.headers.authorization?.endsWith(`Signature=${signatureOf(incoming, body)}`)) {
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end('{"message":"The request signature we calculated does not match the signature you provided."}');
    return;
  }
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  const steps: readonly (readonly [string, object])[] = [
    ['messageStart', { role: 'assistant' }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: decodeURIComponent(incoming.url ?? '') } }],
    ['contentBlockStop', { contentBlockIndex: 0 }],
    ['messageStop', { stopReason: 'end_turn' }],
    ['metadata', { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 } }],
  ];
  for (const [event, payload] of steps) {
    const headers = { ':event-type': event, ':message-type': 'event', ':content-type': 'application/json' };
    const typed = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }]),
    );
    response.write(codec.encode({ headers: typed, body: new TextEncoder().encode(JSON.stringify(payload)) }));
  }
  response.end();
}

describe('BedrockAdapter against a server that checks signatures', () => {
  let server: Server;
  let baseUrl: string;
  const adapter = new BedrockAdapter({ clock: new SystemClock() });

  beforeAll(async () => {
    server = createServer((incoming, response) => void answer(incoming, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  afterAll(() => {
    server.close();
  });

  async function stream(credentials: Record<string, string>, model: string) {
    const credential: ProviderCredential = { id: 'mp', family: 'bedrock', credentials, baseUrl, deploymentMap: {} };
    const body = Buffer.from('{"messages":[{"role":"user","content":[{"text":"Grüße"}]}]}');
    const call = { operation: 'generate', dialect: 'bedrock-converse', model, streams: true, body } as const;
    const target = await adapter.target(credential, call);
    if ('refusal' in target) throw new Error(target.refusal);
    const { statusCode, body: answered } = await request(target.origin + target.path, {
      method: target.method,
      headers: { ...target.headers, 'content-type': 'application/json' },
      body,
    });
    const bytes = Buffer.from(await answered.arrayBuffer());
    const reader = bedrockConverseProvider.createStreamReader();
    const events: ModelEvent[] = [];
    const framer = new AwsEventStreamFramer({
      onFrame: (frame) => events.push(...reader.read(frame)),
      onCorrupt: () => expect.unreachable(),
    });
    if (statusCode === 200) framer.push(bytes);
    return { statusCode, events };
  }

  it.each(['us.anthropic.claude-sonnet-4-5-20250929-v1:0', ARN])(
    'is let in and reads the stream for %s',
    async (model) => {
      const keys = {
        access_key: 'AKIDEXAMPLE',
        secret_key: SECRET,
        session_token: 'a+token/==',
        region: 'eu-central-1',
      };
      const { statusCode, events } = await stream(keys, model);
      expect(statusCode).toBe(200);
      expect(events).toContainEqual({ kind: 'text-delta', part: 0, text: `/model/${model}/converse-stream` });
      expect(events.map(({ kind }) => kind)).toEqual([
        'answer-start',
        'text-start',
        'text-delta',
        'text-end',
        'finish',
        'usage',
      ]);
    },
  );

  it('is kept out with another secret', async () => {
    const keys = { access_key: 'AKIDEXAMPLE', secret_key: 'wrong', region: 'eu-central-1' };
    expect(await stream(keys, ARN)).toMatchObject({ statusCode: 403 });
  });

  it('calls as the machine where the credential has no keys, by the rules of AWS', async () => {
    vi.stubEnv('AWS_PROFILE', undefined);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
    expect(await stream({ region: 'eu-central-1' }, ARN)).toMatchObject({ statusCode: 200 });
  });
});
