import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#kernel';
import { AdapterRegistry, createShippedAdapters } from '#providers';
import { readEnvironmentProviders } from './environment-providers.js';

const adapters = new AdapterRegistry(createShippedAdapters({ clock: new VirtualClock() }));
const options = {
  isServed: (type: string): boolean => adapters.find(type) !== undefined,
  gatewayUrl: 'http://127.0.0.1:5563',
};

describe('readEnvironmentProviders', () => {
  it('finds nothing in an environment without keys, also when they are empty', () => {
    const reading = readEnvironmentProviders({ OPENAI_API_KEY: '', GROQ_API_KEY: '  ' }, options);
    expect(reading).toEqual({ providers: [], notes: [] });
  });

  it('finds a key, and takes a server of one’s own with it', () => {
    const environment = { OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'http://localhost:8000/v1', GROQ_API_KEY: 'gsk-1' };
    expect(readEnvironmentProviders(environment, options).providers).toMatchObject([
      { type: 'openai', apiKey: 'sk-1', baseUrl: 'http://localhost:8000/v1' },
      { type: 'groq', apiKey: 'gsk-1' },
    ]);
  });

  it.each([
    ['OPENAI_API_KEY', 'openai', 'gpt-5-mini'],
    ['ANTHROPIC_API_KEY', 'anthropic', 'claude-haiku-4-5'],
    ['GEMINI_API_KEY', 'gemini', 'gemini-2.5-flash'],
    ['GOOGLE_API_KEY', 'gemini', 'gemini-2.5-flash'],
    ['GROQ_API_KEY', 'groq', 'groq/llama-3.1-8b-instant'],
    ['XAI_API_KEY', 'xai', 'xai/grok-3-mini'],
    ['DEEPSEEK_API_KEY', 'deepseek', 'deepseek/deepseek-chat'],
    ['MISTRAL_API_KEY', 'mistral', 'mistral/mistral-small-latest'],
    ['CEREBRAS_API_KEY', 'cerebras', 'cerebras/llama3.1-8b'],
    ['OPENROUTER_API_KEY', 'openrouter', 'openrouter/openai/gpt-4o-mini'],
  ])('serves the vendor whose key is in %s, with a model of that vendor as the example', (name, type, exampleModel) => {
    expect(readEnvironmentProviders({ [name]: 'k-1' }, options)).toMatchObject({
      providers: [{ key: type, type, apiKey: 'k-1', baseUrl: undefined, exampleModel }],
      notes: [],
    });
  });

  it('takes a server of OpenAI’s wire without a key for a custom one, and one of Anthropic’s for Anthropic’s', () => {
    const environment = {
      OPENAI_BASE_URL: 'http://localhost:11434/v1',
      ANTHROPIC_BASE_URL: 'http://localhost:8080',
    };
    expect(readEnvironmentProviders(environment, options).providers).toMatchObject([
      { key: 'openai-keyless', type: 'custom', apiKey: undefined, baseUrl: 'http://localhost:11434/v1' },
      { key: 'anthropic-keyless', type: 'anthropic', apiKey: undefined, baseUrl: 'http://localhost:8080' },
    ]);
  });

  it('takes GEMINI_API_KEY before GOOGLE_API_KEY', () => {
    const { providers } = readEnvironmentProviders({ GOOGLE_API_KEY: 'g-1', GEMINI_API_KEY: 'g-2' }, options);
    expect(providers).toMatchObject([{ type: 'gemini', apiKey: 'g-2' }]);
  });

  it('says what it cannot use, and never a key itself', () => {
    const unserved = { ...options, isServed: () => false };
    expect(readEnvironmentProviders({ ANTHROPIC_API_KEY: 'sk-ant-secret' }, unserved)).toEqual({
      providers: [],
      notes: ['ANTHROPIC_API_KEY is set, but the gateway does not serve Anthropic yet: it is left out.'],
    });
    expect(readEnvironmentProviders({ GEMINI_BASE_URL: 'http://localhost:1' }, options)).toEqual({
      providers: [],
      notes: ['GEMINI_BASE_URL is set, but Gemini needs a key in GEMINI_API_KEY or GOOGLE_API_KEY: it is left out.'],
    });
  });

  it.each(['http://localhost:5563', 'http://127.0.0.1:5563/v1', 'http://[::1]:5563'])(
    'does not let the gateway call itself at %s',
    (url) => {
      const environment = { ANTHROPIC_API_KEY: 'vk-lw-secret', ANTHROPIC_BASE_URL: url };
      expect(readEnvironmentProviders(environment, options)).toEqual({
        providers: [],
        notes: ['ANTHROPIC_BASE_URL leads back to this gateway: it is left out.'],
      });
    },
  );
});
