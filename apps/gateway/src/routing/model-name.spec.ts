import { describe, expect, it } from 'vitest';
import { inferFamily, readModelName } from './model-name.js';
import { bundleWith } from './testing/plan-fixtures.js';

const bundle = bundleWith(
  [
    { id: 'mp_eu', type: 'openai', handle: 'EU' },
    { id: 'mp_eu_2', type: 'azure', handle: 'eu' },
    { id: 'mp_groq', type: 'groq', handle: 'groq' },
    { id: 'mp_plain', type: 'custom' },
  ],
  {
    routing_excluded_providers: [{ id: 'mp_us', type: 'openai', handle: 'us' }],
    access_excluded_providers: [
      { id: 'mp_lab', type: 'custom', handle: 'lab' },
      { id: 'mp_eu_3', type: 'custom', handle: 'eu' },
    ],
    model_aliases: {
      fast: 'openai/gpt-5-mini',
      pinned: 'eu/gpt-5',
      'gpt-5': 'claude-5',
      chain: 'fast',
      ambiguous: 'groq/llama',
      nowhere: 'meta-llama/Llama-3',
    },
  },
);

const bare = (model: string): object => ({ kind: 'bare', model });
const family = (name: string, model: string): object => ({ kind: 'family', family: name, model });
const handle = (name: string, modelProviderId: string, model: string): object => ({
  kind: 'handle',
  handle: name,
  modelProviderId,
  model,
});

describe('a model name is read', () => {
  it.each([
    ['a bare name', 'gpt-4o', bare('gpt-4o')],
    ['a vendor before the slash', 'openai/gpt-4o', family('openai', 'gpt-4o')],
    ['a vendor in any case', 'OpenAI/gpt-4o', family('openai', 'gpt-4o')],
    ['a synonym of a vendor', 'azure_openai/gpt-4o', family('azure', 'gpt-4o')],
    ['another synonym', 'aws_bedrock/claude', family('bedrock', 'claude')],
    ['only the first slash', 'openai/ft:gpt/4o', family('openai', 'ft:gpt/4o')],
    ['a handle, in any case, as its first row', 'Eu/gpt-4o', handle('eu', 'mp_eu', 'gpt-4o')],
    ['a handle before a vendor of that name', 'groq/llama', handle('groq', 'mp_groq', 'llama')],
    ['the handle of a row that routing excludes', 'us/gpt-4o', handle('us', 'mp_us', 'gpt-4o')],
    ['the handle of a row that access excludes', 'lab/gpt-4o', handle('lab', 'mp_lab', 'gpt-4o')],
    ['an unknown word before the slash, as part of a bare name', 'meta-llama/Llama-3', bare('meta-llama/Llama-3')],
    ['nothing before the slash', '/gpt-4o', bare('/gpt-4o')],
    ['nothing after the slash', 'openai/', bare('openai/')],
    ['what every object inherits', 'constructor/gpt', bare('constructor/gpt')],
    ['an alias', 'fast', family('openai', 'gpt-5-mini')],
    ['an alias of a handle', 'pinned', handle('eu', 'mp_eu', 'gpt-5')],
    ['an alias that shadows a real name', 'gpt-5', bare('claude-5')],
    ['an alias of an alias, only once', 'chain', bare('fast')],
    ['an alias in its own case only', 'FAST', bare('FAST')],
    ['the vendor in an alias before a handle of that name', 'ambiguous', family('groq', 'llama')],
    ['an alias of a name with a slash', 'nowhere', bare('meta-llama/Llama-3')],
  ])('%s: %s', (_what, requested, expected) => {
    expect(readModelName(requested, bundle)).toEqual(expected);
  });
});

describe('the vendor of a bare name', () => {
  it.each([
    ['claude-sonnet-5', 'anthropic'],
    ['CLAUDE-sonnet-5', 'anthropic'],
    ['gpt-4o', 'openai'],
    ['o1-preview', 'openai'],
    ['o3', 'openai'],
    ['o4-mini', 'openai'],
    ['chatgpt-4o-latest', 'openai'],
    ['text-embedding-3-small', 'openai'],
    ['dall-e-3', 'openai'],
    ['whisper-1', 'openai'],
    ['tts-1', 'openai'],
    ['gemini-3-pro', 'gemini'],
    ['o3x', undefined],
    ['o100', undefined],
    ['gptx', undefined],
    ['my-gpt-4o', undefined],
    ['llama-3', undefined],
    ['', undefined],
  ])('%s is of %s', (model, vendor) => {
    expect(inferFamily(model)).toBe(vendor);
  });
});
