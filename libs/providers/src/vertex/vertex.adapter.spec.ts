import { VirtualClock } from '#kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenUnavailableError } from '../adapters/token-cache.js';
import { anyText } from '../adapters/testing/any-text.js';
import { sampleCall, sampleCredential } from '../adapters/testing/sample-call.js';
import {
  vertexBatchEmbeddingsProvider,
  vertexEmbedContentProvider,
  vertexEmbeddingsProvider,
} from '../dialects/gemini-embeddings/index.js';
import type { ProviderCall } from '../spec/provider-adapter.js';
import { sampleAccount } from './testing/sample-account.js';
import { VertexAdapter } from './vertex.adapter.js';

const clock = new VirtualClock();
const ambientToken = () => Promise.resolve({ token: 'ya29.1', expiresAtMs: clock.now() + 3_600_000 });
const adapter = new VertexAdapter({ clock, ambientToken });
const account = sampleAccount().text;

const credential = (credentials: Readonly<Record<string, string>> = {}, baseUrl: string | null = null) =>
  sampleCredential({
    family: 'vertex',
    credentials: { project_id: 'p 1', region: 'europe-west1', ...credentials },
    baseUrl,
  });
const gemini = (change: Partial<ProviderCall> = {}): ProviderCall =>
  sampleCall({ dialect: 'gemini', model: 'gemini-2.5-pro', ...change });
const claude = (change: Partial<ProviderCall> = {}): ProviderCall =>
  sampleCall({ dialect: 'anthropic-messages', model: 'claude-sonnet-4-5-20250929', ...change });

describe('VertexAdapter', () => {
  it.each([
    [gemini(), 'publishers/google/models/gemini-2.5-pro:generateContent'],
    [gemini({ streams: true }), 'publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse'],
    [gemini({ operation: 'count-tokens' }), 'publishers/google/models/gemini-2.5-pro:countTokens'],
    [gemini({ model: 'google/gemini-3-pro' }), 'publishers/google/models/gemini-3-pro:generateContent'],
    [
      sampleCall({ operation: 'embed', model: 'text-embedding-005' }),
      'publishers/google/models/text-embedding-005:predict',
    ],
    [claude(), 'publishers/anthropic/models/claude-sonnet-4-5%4020250929:rawPredict'],
    [claude({ streams: true }), 'publishers/anthropic/models/claude-sonnet-4-5%4020250929:streamRawPredict'],
    [
      claude({ model: 'claude-opus-4-1@20250805' }),
      'publishers/anthropic/models/claude-opus-4-1%4020250805:rawPredict',
    ],
    [claude({ model: 'anthropic/claude-opus-4-6' }), 'publishers/anthropic/models/claude-opus-4-6:rawPredict'],
    [claude({ operation: 'count-tokens' }), 'publishers/anthropic/models/count-tokens:rawPredict'],
    [sampleCall({ model: 'meta/llama-4-maverick-maas' }), 'endpoints/openapi/chat/completions'],
    [gemini({ model: 'a b?c#d:e' }), 'publishers/google/models/a%20b%3Fc%23d%3Ae:generateContent'],
  ])('sends %j to its publisher’s own path', async (call, path) => {
    expect(await adapter.target(credential(), call)).toEqual({
      origin: 'https://europe-west1-aiplatform.googleapis.com',
      path: `/v1/projects/p%201/locations/europe-west1/${path}`,
      method: 'POST',
      headers: { authorization: 'Bearer ya29.1' },
    });
  });

  it.each([
    ['us-central1', 'https://us-central1-aiplatform.googleapis.com'],
    ['global', 'https://aiplatform.googleapis.com'],
    ['us', 'https://aiplatform.us.rep.googleapis.com'],
    ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
  ])('finds the host of the region %s', async (region, origin) => {
    expect(await adapter.target(credential({ region }), gemini())).toMatchObject({ origin });
  });

  it.each(['https://x.p.googleapis.com/base', 'https://x.p.googleapis.com/base/v1/'])(
    'reads the base URL %s however it is written',
    async (baseUrl) => {
      expect(await adapter.target(credential({}, baseUrl), gemini())).toMatchObject({
        origin: 'https://x.p.googleapis.com',
        path: expect.stringMatching(/^\/base\/v1\/projects\//),
      });
    },
  );

  it.each([
    [{ project_id: '' }, gemini()],
    [{ project_id: '..' }, gemini()],
    [{ region: '' }, gemini()],
    [{ region: 'evil.example.com/' }, gemini()],
    [{ region: 'x#' }, gemini()],
    [{ auth_credentials: 'secret' }, gemini()],
    [{ auth_credentials: '{"type":"external_account","credential_source":{"file":"/secret"}}' }, gemini()],
    [{}, gemini({ model: '' })],
    [{}, gemini({ dialect: 'openai-chat' })],
    [{}, claude({ dialect: 'gemini' })],
    [{}, claude({ operation: 'embed' })],
    [{}, gemini({ operation: 'embed' })],
    [{}, sampleCall({ model: 'meta/llama', operation: 'embed' })],
    [{}, sampleCall({ operation: 'list-models', model: '' })],
    [{}, gemini({ operation: 'stored-response', resourcePath: '/resp_1' })],
  ])('refuses %j for %j, and repeats no secret', async (credentials, call) => {
    expect(await adapter.target(credential(credentials), call)).toEqual({
      refusal: expect.not.stringContaining('secret'),
    });
  });

  it.each([
    'https://evil.example.com',
    'http://aiplatform.googleapis.com',
    'https://googleapis.com.evil.example.com',
    'https://evilgoogleapis.com',
    'https://x.googleapis.com:8443',
  ])('never shows the identity of this machine to %s', async (baseUrl) => {
    expect(await adapter.target(credential({}, baseUrl), gemini())).toHaveProperty('refusal');
  });

  it('asks for the machine’s token once, and names the project that calls count against', async () => {
    let asked = 0;
    const counting = new VertexAdapter({
      clock,
      ambientToken: async () => {
        asked += 1;
        return { ...(await ambientToken()), quotaProjectId: 'quota' };
      },
    });
    await Promise.all([
      counting.target(credential(), gemini()),
      counting.target(credential({ region: 'us' }), claude()),
    ]);
    expect(counting.target(credential(), gemini())).toMatchObject({
      headers: { authorization: 'Bearer ya29.1', 'x-goog-user-project': 'quota' },
    });
    expect(asked).toBe(1);
  });

  it('rejects when there is no token', async () => {
    const failing = new VertexAdapter({ clock, ambientToken: () => Promise.reject(new Error('no metadata server')) });
    await expect(failing.target(credential(), gemini())).rejects.toThrow(TokenUnavailableError);
  });

  it('prepares the bodies of Claude’s requests and touches no other', () => {
    const body = Buffer.from('{"model":"claude-sonnet-4-5-20250929","max_tokens":1.0}');
    const predict = adapter.prepareBody(credential(), { ...claude(), body }).toString();
    expect(predict).toBe('{"anthropic_version":"vertex-2023-10-16","max_tokens":1.0}');
    const count = adapter.prepareBody(credential(), { ...claude({ operation: 'count-tokens' }), body }).toString();
    expect(JSON.parse(count)).toEqual({
      anthropic_version: 'vertex-2023-10-16',
      model: 'claude-sonnet-4-5@20250929',
      max_tokens: 1,
    });
    expect(adapter.prepareBody(credential(), { ...gemini(), body })).toBe(body);
  });

  it.each(['', 'no json', '[]', '{"anthropic_version":"a","anthropic_version":"b"}'])(
    'leaves %j to Google’s judgement',
    (text) => {
      const body = Buffer.from(text);
      expect(adapter.prepareBody(credential(), { ...claude(), body })).toBe(body);
      expect(adapter.prepareBody(credential(), { ...claude({ operation: 'count-tokens' }), body })).toBe(body);
    },
  );

  it('stays at Google, whatever region, project and model are called', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(anyText, fc.constantFrom('us', 'global', 'europe-west1')),
        anyText,
        anyText,
        async (region, project_id, model) => {
          const target = await adapter.target(credential({ region, project_id }), gemini({ model }));
          if ('refusal' in target) return;
          const { hostname, pathname, search } = new URL(target.origin + target.path);
          expect(hostname).toMatch(/^[a-z0-9.-]+\.googleapis\.com$/);
          expect(pathname + search).toBe(target.path);
        },
      ),
    );
  });

  it('says what it can', () => {
    expect(adapter.dialects(credential(), 'gemini-2.5-pro')).toEqual(['gemini']);
    expect(adapter.dialects(credential(), 'claude-sonnet-4-5')).toEqual(['anthropic-messages']);
    expect(adapter.dialects(credential(), 'meta/llama-4')).toEqual(['openai-chat']);
    expect(adapter.dialects(credential(), 'text-embedding-005')).toEqual([]);
    expect(adapter.stateFamily('claude-sonnet-4-5')).toBe('anthropic');
    expect(adapter.stateFamily('gemini-2.5-pro')).toBe('gemini');
    expect(adapter.stateFamily('meta/llama-4')).toBeUndefined();
    expect(adapter.countsTokens('gemini')).toBe(true);
    expect(adapter.countsTokens('anthropic-messages')).toBe(true);
    expect(adapter.countsTokens('openai-chat')).toBe(false);
  });
});

describe('embeddings on Vertex AI', () => {
  it.each([
    ['gemini-embedding-001', 'predict', vertexEmbeddingsProvider],
    ['google/gemini-embedding-001', 'predict', vertexEmbeddingsProvider],
    ['gemini-embedding-2', 'embedContent', vertexEmbedContentProvider],
    ['text-embedding-005', 'predict', vertexBatchEmbeddingsProvider],
    ['text-multilingual-embedding-002', 'predict', vertexBatchEmbeddingsProvider],
  ])('are asked of %s with %s', async (model, method, codec) => {
    expect(adapter.embeddings(credential(), model)).toBe(codec);
    const target = await adapter.target(credential(), sampleCall({ operation: 'embed', model }));
    expect(target).toMatchObject({ path: expect.stringMatching(new RegExp(`:${method}$`)) });
  });

  it('are asked of no model that answers', () => {
    for (const model of ['gemini-2.5-pro', 'claude-sonnet-4-5', 'meta/llama-4']) {
      expect(adapter.embeddings(credential(), model)).toBeUndefined();
    }
  });
});

describe('the credentials of Vertex AI', () => {
  const { schema } = adapter.credentialRules();
  const place = { project_id: 'p', region: 'us-central1' };

  it.each([[place], [{ ...place, project_number: '123' }], [{ ...place, auth_credentials: account }]])(
    '%j are taken',
    (credentials) => {
      expect(schema['~standard'].validate(credentials)).toEqual({ value: credentials });
    },
  );

  it.each([
    [{ region: 'us' }, ['project_id']],
    [{ project_id: 'p' }, ['region']],
    [{ ...place, region: 'evil.example.com/' }, ['region']],
    [{ ...place, auth_credentials: 'no json' }, ['auth_credentials']],
    [{ ...place, auth_credentials: '{"type":"external_account"}' }, ['auth_credentials']],
    [{ ...place, auth_credentials: sampleAccount({ private_key: 'none' }).text }, ['auth_credentials']],
    [{ ...place, api_key: 'k' }, []],
  ] satisfies [Record<string, string>, string[]][])('%j are refused at %j', (credentials, path) => {
    expect(schema['~standard'].validate(credentials)).toMatchObject({ issues: [{ path }] });
  });
});
