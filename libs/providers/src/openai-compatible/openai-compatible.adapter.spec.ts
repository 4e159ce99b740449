import { describe, expect, it } from 'vitest';
import type { ProviderCall, ProviderCredential } from '../spec/provider-adapter.js';
import { OpenAiCompatibleAdapter } from './openai-compatible.adapter.js';

const adapter = new OpenAiCompatibleAdapter();

const CHAT: ProviderCall = {
  operation: 'generate',
  dialect: 'openai-chat',
  model: 'm',
  streams: false,
  body: undefined,
};

function credential(change: Partial<ProviderCredential>): ProviderCredential {
  return { id: 'mp_1', family: 'custom', credentials: {}, baseUrl: null, deploymentMap: {}, ...change };
}

describe('OpenAiCompatibleAdapter', () => {
  it('sends OpenAI itself to its own origin with the key as a bearer token', () => {
    expect(adapter.target(credential({ family: 'openai', credentials: { api_key: 'sk-1' } }), CHAT)).toEqual({
      origin: 'https://api.openai.com',
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { authorization: 'Bearer sk-1' },
    });
  });

  it.each([
    ['http://stub:8080', '/v1/chat/completions'],
    ['http://stub:8080/', '/v1/chat/completions'],
    ['http://stub:8080/v1', '/v1/chat/completions'],
    ['http://stub:8080/v1/', '/v1/chat/completions'],
    ['http://stub:8080/api/v1', '/api/v1/chat/completions'],
    ['http://stub:8080/v1x', '/v1x/v1/chat/completions'],
  ])('reads the base URL %s however it is written', (baseUrl, path) => {
    expect(adapter.target(credential({ baseUrl }), CHAT)).toMatchObject({
      origin: 'http://stub:8080',
      path,
    });
  });

  it('sends no credential when the key is blank', () => {
    expect(adapter.target(credential({ baseUrl: 'http://stub' }), CHAT)).toMatchObject({ headers: {} });
  });

  it.each([null, 'ftp://stub', 'not a url', 'http://user:secret@stub'])('refuses the base URL %s', (baseUrl) => {
    const target = adapter.target(credential({ baseUrl }), CHAT);
    expect(target).toHaveProperty('refusal');
    expect(JSON.stringify(target)).not.toContain('secret');
  });
});
