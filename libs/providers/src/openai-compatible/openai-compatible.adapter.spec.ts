import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../adapters/testing/any-text.js';
import { sampleCall, sampleCredential } from '../adapters/testing/sample-call.js';
import type { ProviderCall, ProviderCredential } from '../spec/provider-adapter.js';
import { OpenAiCompatibleAdapter } from './openai-compatible.adapter.js';
import { OPENAI_COMPATIBLE_VENDORS } from './vendors.js';

const adapter = new OpenAiCompatibleAdapter();

const credential = (change: Partial<ProviderCredential> = {}): ProviderCredential =>
  sampleCredential({ family: 'custom', ...change });
const chat = (change: Partial<ProviderCredential>) => adapter.target(credential(change), sampleCall());
const openAi = credential({ family: 'openai', credentials: { api_key: 'sk-1' } });

const CALLS: readonly (readonly [string, Partial<ProviderCall>, string, string])[] = [
  ['chat', {}, 'POST', '/v1/chat/completions'],
  ['responses', { dialect: 'openai-responses', streams: true }, 'POST', '/v1/responses'],
  ['completions', { dialect: 'openai-completions' }, 'POST', '/v1/completions'],
  ['embeddings', { operation: 'embed' }, 'POST', '/v1/embeddings'],
  ['models', { operation: 'list-models', model: '' }, 'GET', '/v1/models'],
  [
    'a stored response',
    { operation: 'stored-response', resourcePath: '/resp_1/input_items?limit=2', method: 'GET' },
    'GET',
    '/v1/responses/resp_1/input_items?limit=2',
  ],
  [
    'its deletion',
    { operation: 'stored-response', resourcePath: '/resp_1', method: 'DELETE' },
    'DELETE',
    '/v1/responses/resp_1',
  ],
];

describe('OpenAiCompatibleAdapter', () => {
  it.each(CALLS)('sends %s to OpenAI itself with the key as a bearer token', (_name, call, method, path) => {
    expect(adapter.target(openAi, sampleCall(call))).toEqual({
      origin: 'https://api.openai.com',
      path,
      method,
      headers: { authorization: 'Bearer sk-1' },
    });
  });

  it('computes the target of a credential once', () => {
    expect(adapter.target(openAi, sampleCall())).toBe(adapter.target(openAi, sampleCall({ model: 'other' })));
  });

  it.each([
    ['http://stub:8080', '/v1/chat/completions'],
    ['http://stub:8080/', '/v1/chat/completions'],
    ['http://stub:8080/v1', '/v1/chat/completions'],
    ['http://stub:8080/v1/', '/v1/chat/completions'],
    ['http://stub:8080/api/v1', '/api/v1/chat/completions'],
    ['http://stub:8080/v1x', '/v1x/v1/chat/completions'],
  ])('reads the base URL %s however it is written', (baseUrl, path) => {
    expect(chat({ baseUrl })).toMatchObject({ origin: 'http://stub:8080', path });
  });

  it.each([undefined, '', '  '])('sends no credential when the key is %j', (api_key) => {
    const credentials = api_key === undefined ? {} : { api_key };
    expect(chat({ baseUrl: 'http://stub', credentials })).toMatchObject({ headers: {} });
  });

  it.each([null, 'ftp://stub', 'not a url', 'http://user:secret@stub', 'http://stub?key=secret'])(
    'refuses the base URL %s',
    (baseUrl) => {
      const target = chat({ baseUrl });
      expect(target).toHaveProperty('refusal');
      expect(JSON.stringify(target)).not.toContain('secret');
    },
  );

  it('sends OpenAI’s organization and project where the credential names them', () => {
    const credentials = { api_key: 'sk-1', organization: 'org-1', project: 'proj_1' };
    expect(chat({ family: 'openai', credentials })).toMatchObject({
      headers: { authorization: 'Bearer sk-1', 'openai-organization': 'org-1', 'openai-project': 'proj_1' },
    });
  });

  it.each([
    [{ auth_header: 'api-key' }, { 'api-key': 'k' }],
    [{ auth_header: 'X-Api-Key', auth_scheme: 'Token' }, { 'x-api-key': 'Token k' }],
    [{ auth_header: 'Authorization' }, { authorization: 'Bearer k' }],
    [{ auth_scheme: 'Basic' }, { authorization: 'Basic k' }],
    [{ auth_header: 'refusal' }, { refusal: 'k' }],
  ])('sends the key as %j says', (names, headers) => {
    expect(chat({ baseUrl: 'http://stub', credentials: { api_key: 'k', ...names } })).toMatchObject({
      origin: 'http://stub',
      headers,
    });
  });

  it.each(['host', 'Content-Length', 'content-type', 'proxy-authorization', 'a b', 'a:b', 'a\r\nb'])(
    'refuses to send a key as %j',
    (auth_header) => {
      const credentials = { api_key: 'sk-secret', auth_header };
      const target = chat({ baseUrl: 'http://stub', credentials });
      expect(target).toEqual({ refusal: expect.not.stringContaining('sk-secret') });
    },
  );

  it('takes the white space around a pasted key away, and refuses a key that would break its header', () => {
    expect(chat({ family: 'groq', credentials: { api_key: ' gsk-1\n' } })).toMatchObject({
      headers: { authorization: 'Bearer gsk-1' },
    });
    const target = chat({ family: 'groq', credentials: { api_key: 'gsk\r\nx-secret: 1' } });
    expect(target).toEqual({ refusal: expect.not.stringContaining('secret') });
  });

  it.each(['/../files', '/resp_1/../../files', '/resp_1/other', ''])(
    'asks for no stored response at %j',
    (resourcePath) => {
      const call = sampleCall({ operation: 'stored-response', resourcePath });
      expect(adapter.target(openAi, call)).toHaveProperty('refusal');
    },
  );

  it('counts no tokens and stores only OpenAI’s responses', () => {
    expect(adapter.countsTokens('openai-chat')).toBe(false);
    expect(adapter.target(openAi, sampleCall({ operation: 'count-tokens' }))).toHaveProperty('refusal');
    expect(adapter.storesResponses(openAi)).toBe(true);
    expect(adapter.storesResponses(credential({ family: 'xai' }))).toBe(false);
    const stored = sampleCall({ operation: 'stored-response', resourcePath: '/resp_1' });
    expect(adapter.target(credential({ family: 'xai' }), stored)).toHaveProperty('refusal');
  });

  it.each([
    ['gpt-5-mini', ['openai-chat', 'openai-responses']],
    ['gpt-5-codex', ['openai-responses']],
    ['gpt-5.1-codex-max', ['openai-responses']],
    ['gpt-5-pro-2025-10-06', ['openai-responses']],
    ['o3-pro', ['openai-responses']],
    ['o3', ['openai-chat', 'openai-responses']],
    ['gpt-9-pro', ['openai-responses']],
    ['gpt-9', ['openai-chat', 'openai-responses']],
    ['gpt-4o-audio-preview', ['openai-chat']],
    ['o4-mini-deep-research', ['openai-responses']],
    ['gpt-3.5-turbo-instruct', ['openai-completions']],
    ['ft:davinci-002:acme', ['openai-completions']],
  ])('asks OpenAI for %s only where it is served', (model, dialects) => {
    expect(adapter.dialects(openAi, model)).toEqual(dialects);
  });

  it.each([
    [{ family: 'openai', baseUrl: 'http://stub' }, ['openai-chat', 'openai-responses', 'openai-completions']],
    [{ family: 'custom' }, ['openai-chat', 'openai-completions']],
    [{ family: 'xai' }, ['openai-chat', 'openai-responses']],
    [{ family: 'perplexity' }, ['openai-chat']],
    [{ family: 'voyage' }, []],
    [{ family: 'unheard-of' }, []],
  ])('speaks at %j %j, whatever the model', (change, dialects) => {
    expect(adapter.dialects(credential(change), 'gpt-5-codex')).toEqual(dialects);
  });

  it('embeds in OpenAI’s wire where the vendor does', () => {
    expect(adapter.embeddings(credential({ family: 'voyage' }))).toBe('openai');
    expect(adapter.embeddings(credential({ family: 'groq' }))).toBeUndefined();
  });

  it('takes out of a body what the vendor refuses, and touches no other vendor’s', () => {
    const body = Buffer.from('{"stream_options":{"include_usage":true},"model":"m","temperature":1.0}');
    const prepared = adapter.prepareBody(credential({ family: 'mistral' }), { body });
    expect(prepared.toString()).toBe('{"model":"m","temperature":1.0}');
    expect(adapter.prepareBody(openAi, { body })).toBe(body);
  });
});

describe.each(OPENAI_COMPATIBLE_VENDORS.map((vendor) => [vendor.family, vendor] as const))('%s', (family, vendor) => {
  const own = credential({ family, credentials: { api_key: 'k' }, baseUrl: vendor.baseUrl ? null : 'http://stub' });

  it('has a target for each interface that it serves, and for no other', () => {
    for (const [name, call] of CALLS.slice(0, 5)) {
      const target = adapter.target(own, sampleCall(call));
      const isServed = vendor.interfaces.some((served) => served === name);
      expect('refusal' in target, name).toBe(!isServed);
    }
    expect(adapter.dialects(own, 'm').length > 0 || adapter.embeddings(own) !== undefined).toBe(true);
  });

  it('wants a base URL exactly when it has none of its own', () => {
    expect(adapter.credentialRules(family).baseUrl).toBe(vendor.baseUrl === undefined ? 'required' : 'optional');
    if (vendor.baseUrl !== undefined && family !== 'ollama') expect(vendor.baseUrl).toMatch(/^https:\/\/[a-z]/);
    expect(vendor.baseUrl ?? '').not.toMatch(/\/$|\/v1$/);
  });

  it('checks the names of credentials', () => {
    const validate = (value: unknown) => adapter.credentialRules(family).schema['~standard'].validate(value);
    expect(validate({ api_key: ' k ' })).toEqual({ value: { api_key: 'k' } });
    const withoutKey = validate({});
    const isOptional = vendor.apiKey === 'optional';
    expect('issues' in withoutKey && withoutKey.issues !== undefined).toBe(!isOptional);
    expect(validate({ api_key: 'sk-secret', apiKey: 'sk-secret' })).toMatchObject({
      issues: [{ message: expect.stringContaining('apiKey') }],
    });
  });
});

describe('whatever a credential holds', () => {
  it('no call throws, and no refusal repeats a secret', () => {
    const families = fc.constantFrom(...OPENAI_COMPATIBLE_VENDORS.map(({ family }) => family), 'unheard-of');
    fc.assert(
      fc.property(
        families,
        anyText,
        fc.option(anyText),
        anyText,
        fc.constantFrom(...CALLS),
        (family, header, baseUrl, model, [, call]) => {
          const credentials = { api_key: 'sk-very-secret\n1', auth_header: header };
          const target = adapter.target(credential({ family, credentials, baseUrl }), sampleCall({ ...call, model }));
          if ('refusal' in target) expect(target.refusal).not.toContain('secret');
          adapter.dialects(credential({ family }), model);
          adapter.stateFamily(model);
        },
      ),
    );
  });
});
