import { describe, expect, it } from 'vitest';
import { readEnvironmentProviders } from './environment-providers.js';

const openaiWire = (type: string): boolean => !['anthropic', 'gemini'].includes(type);

describe('readEnvironmentProviders', () => {
  it('finds nothing in an environment without keys, also when they are empty', () => {
    const reading = readEnvironmentProviders({ OPENAI_API_KEY: '', GROQ_API_KEY: '  ' }, openaiWire);
    expect(reading).toEqual({ providers: [], notes: [] });
  });

  it('finds a key, and takes a server of one’s own with it', () => {
    const environment = { OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'http://localhost:8000/v1', GROQ_API_KEY: 'gsk-1' };
    expect(readEnvironmentProviders(environment, openaiWire).providers).toMatchObject([
      { type: 'openai', apiKey: 'sk-1', baseUrl: 'http://localhost:8000/v1' },
      { type: 'groq', apiKey: 'gsk-1' },
    ]);
  });

  it('takes a server without a key for a custom one', () => {
    const { providers } = readEnvironmentProviders({ OPENAI_BASE_URL: 'http://localhost:11434/v1' }, openaiWire);
    expect(providers).toMatchObject([{ key: 'openai-keyless', type: 'custom', apiKey: undefined }]);
  });

  it('says which key it cannot use, and never the key itself', () => {
    const { providers, notes } = readEnvironmentProviders({ ANTHROPIC_API_KEY: 'sk-ant-secret' }, openaiWire);
    expect(providers).toEqual([]);
    expect(notes).toEqual(['ANTHROPIC_API_KEY is set, but the gateway does not serve Anthropic yet: it is left out.']);
  });

  it('reads Gemini’s key under both of its names', () => {
    const { providers } = readEnvironmentProviders({ GOOGLE_API_KEY: 'g-1' }, () => true);
    expect(providers).toMatchObject([{ type: 'gemini', apiKey: 'g-1' }]);
  });
});
