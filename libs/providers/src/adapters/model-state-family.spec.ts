import { describe, expect, it } from 'vitest';
import { stateFamilyOfModel } from './model-state-family.js';

describe('stateFamilyOfModel', () => {
  it.each([
    ['gpt-5.1', 'openai'],
    ['o3-mini', 'openai'],
    ['openai/gpt-5', 'openai'],
    ['codex-mini-latest', 'openai'],
    ['claude-sonnet-4-5', 'anthropic'],
    ['anthropic/claude-opus-4.1', 'anthropic'],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'anthropic'],
    ['gemini-2.5-flash', 'gemini'],
    ['google/gemini-3-pro-preview', 'gemini'],
    ['gpt-oss-120b', undefined],
    ['openai/gpt-oss-20b', undefined],
    ['deepseek-chat', undefined],
    ['llama-3.3-70b', undefined],
    ['not-claude', undefined],
    ['', undefined],
  ])('%s is of %s', (model, family) => {
    expect(stateFamilyOfModel(model)).toBe(family);
  });
});
