import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeModelId } from './normalize-model-id.js';

describe('normalizeModelId', () => {
  it.each([
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5-20250929'],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5-20250929'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5-20250929'],
    ['us-gov.anthropic.claude-3-7-sonnet-20250219-v1:0', 'claude-3-7-sonnet-20250219'],
    ['global.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
    ['anthropic.claude-3-haiku-20240307-v1:0:200k', 'claude-3-haiku-20240307'],
    ['arn:aws:bedrock:us-east-1:123:inference-profile/us.anthropic.claude-opus-5', 'claude-opus-5'],
    ['claude-opus-4-1@20250805', 'claude-opus-4-1-20250805'],
    ['publishers/anthropic/models/claude-sonnet-4@20250514', 'claude-sonnet-4-20250514'],
    ['anthropic/claude-opus-4.5:thinking', 'claude-opus-4-5'],
    ['anthropic/claude-4.5-sonnet-20250929', 'claude-sonnet-4-5-20250929'],
    ['claude-4-opus-20250514', 'claude-opus-4-20250514'],
    ['claude-3.5-sonnet', 'claude-3-5-sonnet'],
    ['models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['meta.llama3-1-70b-instruct-v1:0', 'llama3-1-70b-instruct'],
    ['us.amazon.nova-pro-v1:0', 'nova-pro'],
    ['accounts/fireworks/models/deepseek-v3', 'deepseek-v3'],
    ['meta-llama/Llama-3.3-70B-Instruct', 'llama-3.3-70b-instruct'],
    ['ft:gpt-4o-mini-2024-07-18:acme::x1', 'gpt-4o-mini-2024-07-18'],
    ['gpt-4.1-mini', 'gpt-4.1-mini'],
    ['gpt-5.4', 'gpt-5.4'],
    [' GPT-4o ', 'gpt-4o'],
  ])('spells %s as %s', (given, expected) => {
    expect(normalizeModelId(given)).toBe(expected);
  });

  it('takes any text for a name', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(normalizeModelId(name).length).toBeLessThanOrEqual(name.length);
      }),
    );
  });
});
