import { describe, expect, it } from 'vitest';
import { sampleCall, sampleCredential } from '../adapters/testing/sample-call.js';
import type { ProviderCall, ProviderCredential } from '../spec/provider-adapter.js';
import { AnthropicAdapter } from './anthropic.adapter.js';

const adapter = new AnthropicAdapter();

const credential = (change: Partial<ProviderCredential> = {}): ProviderCredential =>
  sampleCredential({ family: 'anthropic', credentials: { api_key: 'sk-ant-1' }, ...change });
const call = (change: Partial<ProviderCall> = {}): ProviderCall =>
  sampleCall({ dialect: 'anthropic-messages', model: 'claude-sonnet-4-5', ...change });

describe('AnthropicAdapter', () => {
  it.each([
    [{ operation: 'generate' }, 'POST', '/v1/messages'],
    [{ operation: 'generate', streams: true }, 'POST', '/v1/messages'],
    [{ operation: 'count-tokens' }, 'POST', '/v1/messages/count_tokens'],
    [{ operation: 'list-models', dialect: 'openai-chat', model: '' }, 'GET', '/v1/models?limit=1000'],
  ] as const)('sends %j to its own path, with key and version', (change, method, path) => {
    expect(adapter.target(credential(), call(change))).toEqual({
      origin: 'https://api.anthropic.com',
      path,
      method,
      headers: { 'x-api-key': 'sk-ant-1', 'anthropic-version': '2023-06-01' },
    });
  });

  it.each(['http://stub:1', 'http://stub:1/', 'http://stub:1/v1', 'http://stub:1/v1/'])(
    'reads the base URL %s however it is written, and needs no key there',
    (baseUrl) => {
      expect(adapter.target(credential({ baseUrl, credentials: { api_key: ' ' } }), call())).toEqual({
        origin: 'http://stub:1',
        path: '/v1/messages',
        method: 'POST',
        headers: { 'anthropic-version': '2023-06-01' },
      });
    },
  );

  it.each([
    [{ credentials: {} }, {}],
    [{ credentials: { api_key: 'sk-secret\nx' } }, {}],
    [{ baseUrl: 'http://user:secret@stub' }, {}],
    [{ baseUrl: 'ftp://secret' }, {}],
    [{}, { dialect: 'openai-chat' }],
    [{}, { operation: 'embed' }],
    [{}, { operation: 'count-tokens', dialect: 'openai-chat' }],
    [{}, { operation: 'stored-response', resourcePath: '/resp_1' }],
  ] as const)('refuses %j for %j, and repeats no secret', (change, called) => {
    expect(adapter.target(credential(change), call(called))).toEqual({
      refusal: expect.not.stringContaining('secret'),
    });
  });

  it('says what it can', () => {
    expect(adapter.dialects()).toEqual(['anthropic-messages']);
    expect(adapter.stateFamily()).toBe('anthropic');
    expect(adapter.countsTokens('anthropic-messages')).toBe(true);
    expect(adapter.countsTokens('openai-chat')).toBe(false);
    expect(adapter.embeddings(credential(), 'm')).toBeUndefined();
  });
});
