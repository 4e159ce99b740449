import * as modelPages from 'gpt-tokenizer/models.gen';
import { describe, expect, it } from 'vitest';
import { MODEL_CAPABILITIES } from './model-capabilities-data.js';
import { capabilitiesOf, isClaude, isNova, samplesAt, UNKNOWN_CAPABILITIES } from './model-capabilities.js';
import { normalizeModelId } from './normalize-model-id.js';

/** What the tokenizer's package repeats of OpenAI's page of a model. */
interface ModelPage {
  readonly slug: string;
  readonly context_window: number;
  readonly max_output_tokens: number;
  readonly supported_endpoints: readonly string[];
}
const MODEL_PAGES = Object.values(modelPages).filter((page) => 'slug' in page) as unknown as readonly ModelPage[];

describe('the capability data', () => {
  it('has each id once, in the spelling to which names are brought', () => {
    const ids = MODEL_CAPABILITIES.flatMap((row) => row.ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(normalizeModelId(id)).toBe(id);
  });

  it('says of every row where it is from, and since when it is known', () => {
    for (const { source, checked } of MODEL_CAPABILITIES) {
      expect(source).toMatch(/^https:\/\/\S+/);
      expect(checked).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
    }
  });

  it('never lets an answer be longer than the window', () => {
    for (const { ids, capabilities } of MODEL_CAPABILITIES) {
      const { contextTokens = Infinity, outputTokensMax = 1 } = capabilities;
      expect(outputTokensMax, ids.join()).toBeLessThanOrEqual(contextTokens);
      expect(outputTokensMax).toBeGreaterThan(0);
    }
  });

  it("agrees with OpenAI's pages on windows, output caps and interfaces", () => {
    const known = MODEL_PAGES.filter(({ slug }) => capabilitiesOf(slug, 'openai') !== UNKNOWN_CAPABILITIES);
    expect(known.length).toBeGreaterThan(60);
    for (const { slug, context_window, max_output_tokens, supported_endpoints } of known) {
      const { contextTokens, outputTokensMax, openAiInterfaces } = capabilitiesOf(slug, 'openai');
      expect(contextTokens ?? context_window, slug).toBe(context_window);
      expect(outputTokensMax ?? max_output_tokens, slug).toBe(max_output_tokens);
      // Open weights are served by others.
      if (openAiInterfaces === undefined) continue;
      const chat = supported_endpoints.includes('chat_completions');
      const responses = supported_endpoints.includes('responses');
      expect(openAiInterfaces, slug).toBe(chat && responses ? 'both' : chat ? 'chat' : 'responses');
    }
  });
});

describe('capabilitiesOf', () => {
  it.each([
    'claude-opus-4-7',
    'claude-opus-4-7-20260416',
    'us.anthropic.claude-opus-4-7',
    'claude-opus-4-7@20260416',
    'anthropic/claude-opus-4.7',
    'claude-4-7-opus-latest',
  ])('knows %s by whatever name', (model) => {
    expect(capabilitiesOf(model)).toMatchObject({
      contextTokens: 1_000_000,
      outputTokensMax: 128_000,
      prefill: false,
      thinking: 'effort',
      sampling: false,
    });
  });

  it('tells apart generations of Claude by what they refuse', () => {
    expect(capabilitiesOf('claude-sonnet-4-5')).toMatchObject({ prefill: true, thinking: 'budget', sampling: true });
    expect(capabilitiesOf('claude-sonnet-4-6')).toMatchObject({ prefill: false, thinking: 'both', sampling: true });
    expect(capabilitiesOf('claude-3-5-sonnet-v2@20241022')).toMatchObject({ thinking: 'none', prefill: true });
  });

  it('prefers a snapshot of its own to the model', () => {
    expect(capabilitiesOf('gpt-4o-2024-05-13').outputTokensMax).toBe(4_096);
    expect(capabilitiesOf('gpt-4o-2024-11-20').outputTokensMax).toBe(16_384);
    expect(capabilitiesOf('mistral-large-2411').contextTokens).toBe(131_072);
    expect(capabilitiesOf('mistral-large-2512').contextTokens).toBe(262_144);
  });

  it('does not take a new model for an old one whose name it begins with', () => {
    for (const model of [
      'claude-opus-4-9',
      'gpt-4o-something',
      'gpt-5.9',
      'gemini-3.9-flash',
      'o3-ultra',
      'grok-5',
      '',
    ]) {
      expect(capabilitiesOf(model), model).toEqual(UNKNOWN_CAPABILITIES);
    }
  });

  it.each(['gpt-5-codex', 'gpt-5.1-codex-max', 'gpt-5-pro-2025-10-06', 'o3-pro', 'codex-mini-latest'])(
    'knows that only Responses serves %s',
    (model) => {
      expect(capabilitiesOf(model, 'openai').openAiInterfaces).toBe('responses');
      expect(capabilitiesOf(model, 'openrouter').openAiInterfaces).toBeUndefined();
    },
  );

  it('knows open models by the spellings of their hosts', () => {
    const spellings = [
      'llama-3.3-70b-versatile',
      'meta-llama/Llama-3.3-70B-Instruct-Turbo',
      'us.meta.llama3-3-70b-instruct-v1:0',
      'accounts/fireworks/models/llama-v3p3-70b-instruct',
    ];
    for (const model of spellings) expect(capabilitiesOf(model)).toMatchObject({ contextTokens: 131_072, input: [] });
  });

  it('answers the same object again, for names that are no longer than names are', () => {
    expect(capabilitiesOf('gpt-4o')).toBe(capabilitiesOf('gpt-4o'));
    expect(capabilitiesOf(`gpt-4o${'-001'.repeat(100_000)}`)).toBe(UNKNOWN_CAPABILITIES);
  });
});

describe('samplesAt', () => {
  it.each([
    ['gpt-5.1', undefined, true],
    ['gpt-5.1', { summary: 'auto' }, true],
    ['gpt-5.1', { effort: 'low' }, false],
    ['gpt-5.1', { adaptive: true }, false],
    ['gpt-5.5-2026-04-23', undefined, false],
    ['gpt-5.5-2026-04-23', { effort: 'none' }, true],
    ['gpt-5.5', { budgetTokens: 0 }, true],
    ['gpt-5', { effort: 'none' }, false],
    ['claude-opus-5', { effort: 'none' }, false],
  ] as const)('%s with %j: %s', (model, reasoning, expected) => {
    expect(samplesAt(model, reasoning)).toBe(expected);
  });
});

describe('isClaude and isNova', () => {
  it('go by the model, not by the platform', () => {
    expect(isClaude('eu.anthropic.claude-haiku-4-5-20251001-v1:0')).toBe(true);
    expect(isClaude('gpt-4o')).toBe(false);
    expect(isNova('us.amazon.nova-2-lite-v1:0')).toBe(true);
    expect(isNova('amazon.titan-text-express-v1')).toBe(false);
  });
});
