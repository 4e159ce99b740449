import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelCapabilities, ThinkingMode } from '../../spec/model-capabilities.js';
import type { Parameters, ReasoningRequest } from '../../spec/model-request.js';
import { writeThinking } from './write-thinking.js';

function write(
  model: string,
  reasoning: ReasoningRequest,
  { thinking, ...parameters }: Parameters & { thinking?: ThinkingMode } = {},
): { config: JsonObject | undefined; losses: string[] } {
  const losses: string[] = [];
  const capabilities = { thinking } as ModelCapabilities;
  const context: WriteContext = {
    model,
    stateFamily: 'gemini',
    capabilities,
    losses: { drop: (field) => losses.push(field) },
  };
  return { config: writeThinking({ ...parameters, reasoning }, context), losses };
}

describe('how much Gemini shall think', () => {
  it.each([
    ['gemini-2.5-pro', 'low', 3686],
    ['gemini-2.5-flash', 'minimal', 614],
    ['gemini-2.5-flash', 'medium', 10_444],
    ['gemini-2.5-flash', 'high', 19_660],
    ['gemini-2.5-flash', 'xhigh', 22_609],
    ['gemini-2.5-flash', 'max', 24_576],
    ['gemini-2.5-flash', 'none', 0],
    ['gemini-2.5-flash-lite', 'minimal', 614],
  ] as const)('is a budget for %s: %s without a cap is %i', (model, effort, budget) => {
    expect(write(model, { effort })).toEqual({ config: { thinkingBudget: budget }, losses: [] });
  });

  it.each([
    [10_000, 'low', 2370],
    [10_000, 'high', 8204],
    [10_000, 'max', 10_000],
    [100_000, 'high', 24_576],
    [1024, 'high', 819],
    [100, 'low', 15],
    [1, 'minimal', 1],
  ] as const)('follows the cap: of %i tokens, %s thinks with %i', (maxOutputTokens, effort, budget) => {
    expect(write('gemini-2.5-flash', { effort }, { maxOutputTokens }).config).toEqual({ thinkingBudget: budget });
  });

  it.each([
    ['gemini-3-pro-preview', 'minimal', 'LOW'],
    ['gemini-3-pro-preview', 'medium', 'HIGH'],
    ['gemini-3.1-pro-preview', 'medium', 'MEDIUM'],
    ['gemini-3-flash-preview', 'minimal', 'MINIMAL'],
    ['gemini-3.8-flash', 'minimal', 'LOW'],
    ['gemini-flash-latest', 'max', 'HIGH'],
    ['gemini-4-argon', 'low', 'LOW'],
    ['gemma-4-31b-it', 'low', 'HIGH'],
  ] as const)('is a level for %s: %s is %s', (model, effort, thinkingLevel) => {
    expect(write(model, { effort })).toEqual({ config: { thinkingLevel }, losses: [] });
  });

  it('is as little as the model can where none is not to be had, and the client is told', () => {
    expect(write('gemini-3.1-pro-preview', { effort: 'none' })).toEqual({
      config: { thinkingLevel: 'LOW' },
      losses: ['reasoning.effort'],
    });
    expect(write('gemini-2.5-pro', { effort: 'none' })).toEqual({
      config: { thinkingBudget: 128 },
      losses: ['reasoning.budget_tokens'],
    });
    expect(write('gemini-3-flash-preview', { budgetTokens: 0 }).config).toEqual({ thinkingLevel: 'MINIMAL' });
  });

  it('is what the client says in tokens, within what the model takes', () => {
    expect(write('gemini-2.5-flash', { budgetTokens: 5000 })).toEqual({ config: { thinkingBudget: 5000 }, losses: [] });
    expect(write('gemini-2.5-flash', { budgetTokens: 50_000 })).toEqual({
      config: { thinkingBudget: 24_576 },
      losses: ['reasoning.budget_tokens'],
    });
    expect(write('gemini-2.5-flash', { budgetTokens: 0 }).config).toEqual({ thinkingBudget: 0 });
    expect(write('gemini-2.5-flash', { adaptive: true }).config).toEqual({ thinkingBudget: -1 });
    expect(write('gemini-3.8-flash', { budgetTokens: 5000 }).config).toEqual({ thinkingBudget: 5000 });
    expect(write('gemini-3.8-flash', { adaptive: true }).config).toBeUndefined();
  });

  it('never names level and budget together, which Google refuses', () => {
    expect(write('gemini-3.8-flash', { budgetTokens: 5000, effort: 'low' }).config).toEqual({ thinkingLevel: 'LOW' });
    expect(write('gemini-2.5-flash', { budgetTokens: 5000, effort: 'low' }).config).toEqual({ thinkingBudget: 5000 });
  });

  it('goes by what is known of the model before what its name says', () => {
    expect(write('my-tuned', { effort: 'high' }, { thinking: 'effort' }).config).toEqual({ thinkingLevel: 'HIGH' });
    expect(write('my-tuned', { budgetTokens: 3000 }, { thinking: 'effort' }).config).toEqual({ thinkingLevel: 'LOW' });
    expect(write('gemini-3.8-flash', { effort: 'low' }, { thinking: 'budget' }).config).toEqual({
      thinkingBudget: 3686,
    });
    expect(write('gemini-3.8-flash', { effort: 'low' }, { thinking: 'none' })).toEqual({
      config: undefined,
      losses: ['reasoning'],
    });
    expect(write('gemini-2.0-flash', { effort: 'none', visible: false })).toEqual({ config: undefined, losses: [] });
  });

  it('is shown when the client wants to see it, or a summary of it', () => {
    expect(write('gemini-3.8-flash', { visible: true }).config).toEqual({ includeThoughts: true });
    expect(write('gemini-3.8-flash', { summary: 'auto' }).config).toEqual({ includeThoughts: true });
    expect(write('gemini-3.8-flash', { summary: 'auto', visible: false }).config).toEqual({ includeThoughts: false });
    expect(write('gemini-3.8-flash', {}).config).toBeUndefined();
  });

  it('is a budget within the limits of the model, and never above the cap, for every effort', () => {
    const efforts = fc.constantFrom('minimal', 'low', 'medium', 'high', 'xhigh', 'max');
    fc.assert(
      fc.property(efforts, fc.integer({ min: 1, max: 200_000 }), (effort, maxOutputTokens) => {
        const budget = Number(write('gemini-2.5-flash', { effort }, { maxOutputTokens }).config?.['thinkingBudget']);
        expect(budget).toBeGreaterThanOrEqual(1);
        expect(budget).toBeLessThanOrEqual(Math.min(24_576, maxOutputTokens));
      }),
    );
  });
});
