import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../adapters/testing/any-text.js';
import { sampleCall, sampleCredential } from '../adapters/testing/sample-call.js';
import { geminiEmbeddingsProvider, vertexEmbeddingsProvider } from '../dialects/gemini-embeddings/index.js';
import type { ProviderCall, ProviderCredential } from '../spec/provider-adapter.js';
import { GeminiApiAdapter } from './gemini-api.adapter.js';

const adapter = new GeminiApiAdapter();

const credential = (change: Partial<ProviderCredential> = {}): ProviderCredential =>
  sampleCredential({ family: 'gemini', credentials: { api_key: 'AIza-1' }, ...change });
const call = (change: Partial<ProviderCall> = {}): ProviderCall =>
  sampleCall({ dialect: 'gemini', model: 'gemini-2.5-pro', ...change });
const agentPlatform = credential({ credentials: { api_key: 'AQ.1', project_id: 'my project', region: 'us-central1' } });

describe('GeminiApiAdapter', () => {
  it.each([
    [{}, '/v1beta/models/gemini-2.5-pro:generateContent'],
    [{ streams: true }, '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse'],
    [{ operation: 'count-tokens' }, '/v1beta/models/gemini-2.5-pro:countTokens'],
    [
      { operation: 'embed', dialect: 'openai-chat', model: 'gemini-embedding-001' },
      '/v1beta/models/gemini-embedding-001:batchEmbedContents',
    ],
    [{ model: 'models/gemini-2.5-pro' }, '/v1beta/models/gemini-2.5-pro:generateContent'],
    [{ model: 'tunedModels/mine-1' }, '/v1beta/tunedModels/mine-1:generateContent'],
    [{ model: 'a/b c?d#e:f' }, '/v1beta/models/a%2Fb%20c%3Fd%23e%3Af:generateContent'],
  ] as const)('sends %j to its own path, with the key in a header', (change, path) => {
    expect(adapter.target(credential(), call(change))).toEqual({
      origin: 'https://generativelanguage.googleapis.com',
      path,
      method: 'POST',
      headers: { 'x-goog-api-key': 'AIza-1' },
    });
  });

  it('lists models where Google speaks OpenAI’s wire, with the key as a bearer token', () => {
    expect(adapter.target(credential(), sampleCall({ operation: 'list-models', model: '' }))).toEqual({
      origin: 'https://generativelanguage.googleapis.com',
      path: '/v1beta/openai/models',
      method: 'GET',
      headers: { authorization: 'Bearer AIza-1' },
    });
  });

  it.each([
    [{}, 'gemini-2.5-pro:generateContent'],
    [{ streams: true }, 'gemini-2.5-pro:streamGenerateContent?alt=sse'],
    [{ operation: 'count-tokens' }, 'gemini-2.5-pro:countTokens'],
    [{ operation: 'embed', model: 'gemini-embedding-001' }, 'gemini-embedding-001:predict'],
    [{ operation: 'embed', model: 'models/gemini-embedding-2' }, 'gemini-embedding-2:embedContent'],
    [{ operation: 'embed', model: 'text-embedding-005' }, 'text-embedding-005:predict'],
  ] as const)('asks the Agent Platform for %j when the credential names a project and a region', (change, method) => {
    expect(adapter.target(agentPlatform, call(change))).toEqual({
      origin: 'https://aiplatform.googleapis.com',
      path: `/v1/projects/my%20project/locations/us-central1/publishers/google/models/${method}`,
      method: 'POST',
      headers: { 'x-goog-api-key': 'AQ.1' },
    });
  });

  it.each(['http://stub:1/base', 'http://stub:1/base/', 'http://stub:1/base/v1beta', 'http://stub:1/base/v1/'])(
    'reads the base URL %s however it is written',
    (baseUrl) => {
      expect(adapter.target(credential({ baseUrl }), call())).toMatchObject({
        origin: 'http://stub:1',
        path: '/base/v1beta/models/gemini-2.5-pro:generateContent',
      });
      expect(adapter.target({ ...agentPlatform, baseUrl }, call())).toMatchObject({
        path: expect.stringMatching(/^\/base\/v1\/projects\/my%20project\//),
      });
    },
  );

  it.each([
    [{ credentials: {} }, {}],
    [{ credentials: { api_key: 'secret\n1' } }, {}],
    [{ baseUrl: 'http://user:secret@stub' }, {}],
    [{ credentials: { api_key: 'secret', project_id: '..', region: 'r' } }, {}],
    [{}, { model: '' }],
    [{}, { model: 'models/..' }],
    [{}, { dialect: 'openai-chat' }],
    [{}, { operation: 'count-tokens', dialect: 'openai-chat' }],
    [{}, { operation: 'stored-response', resourcePath: '/resp_1' }],
    [agentPlatform, { operation: 'list-models' }],
    [agentPlatform, { operation: 'embed' }],
  ] as const)('refuses %j for %j, and repeats no secret', (change, called) => {
    expect(adapter.target(credential(change), call(called))).toEqual({
      refusal: expect.not.stringContaining('secret'),
    });
  });

  it('keeps every model and project in its own place, whatever its name', () => {
    fc.assert(
      fc.property(anyText, anyText, (model, project_id) => {
        const credentials = { api_key: 'k', project_id, region: 'r' };
        const target = adapter.target(credential({ credentials }), call({ model }));
        if ('refusal' in target) return;
        const { origin, pathname, search } = new URL(target.origin + target.path);
        expect(`${origin}${pathname}${search}`).toBe(target.origin + target.path);
        expect(pathname).toMatch(/:generateContent$/);
      }),
    );
  });

  it.each([
    [{ api_key: 'k' }, true],
    [{ api_key: 'k', project_id: 'p', region: 'global' }, true],
    [{}, false],
    [{ api_key: 'k', region: 'r' }, false],
    [{ api_key: 'k', project_id: 'p', region: 'R/' }, false],
    [{ api_key: 'k', apiKey: 'k' }, false],
  ])('judges the credentials %j: %s', (credentials, isGood) => {
    const result = adapter.credentialRules().schema['~standard'].validate(credentials);
    expect('value' in result).toBe(isGood);
  });

  it('says what it can', () => {
    expect(adapter.dialects(credential(), 'gemini-2.5-pro')).toEqual(['gemini']);
    expect(adapter.dialects(credential(), 'gemini-embedding-001')).toEqual([]);
    expect(adapter.embeddings(credential(), 'gemini-2.5-pro')).toBeUndefined();
    expect(adapter.embeddings(credential(), 'gemini-embedding-001')).toBe(geminiEmbeddingsProvider);
    expect(adapter.embeddings(agentPlatform, 'gemini-embedding-001')).toBe(vertexEmbeddingsProvider);
    expect(adapter.stateFamily()).toBe('gemini');
    expect(adapter.countsTokens('gemini')).toBe(true);
    expect(adapter.countsTokens('openai-chat')).toBe(false);
  });
});
