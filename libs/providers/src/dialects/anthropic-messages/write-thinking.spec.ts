import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelCapabilities } from '../../spec/model-capabilities.js';
import type { ReasoningEffort, ReasoningRequest } from '../../spec/model-request.js';
import { aWriteContext } from './testing/contexts.js';
import { writeThinking, type WrittenThinking } from './write-thinking.js';

const USUAL = { maxTokens: 11_024, isPrefilled: false, callsToolsWithoutThinking: false };

function think(
  reasoning: ReasoningRequest | undefined,
  thinking: ModelCapabilities['thinking'],
  situation: Partial<typeof USUAL> & { model?: string } = {},
): { written: WrittenThinking; lost: string[] } {
  const { model, ...rest } = situation;
  const { context, lost } = aWriteContext({ thinking }, model);
  return { written: writeThinking(reasoning, { ...USUAL, ...rest }, context), lost };
}

describe('thinking within a budget', () => {
  it.each<[ReasoningEffort, number]>([
    ['minimal', 1274],
    ['low', 2524],
    ['medium', 5274],
    ['high', 9024],
    ['xhigh', 10_224],
    ['max', 11_023],
  ])('takes the part of the output that an effort of %s stands for', (effort, budget) => {
    expect(think({ effort }, 'budget')).toEqual({
      written: { mode: 'budget', thinking: { type: 'enabled', budget_tokens: budget } },
      lost: [],
    });
  });

  it('always lies between the least that Anthropic accepts and the output cap', () => {
    const efforts = fc.constantFrom<ReasoningEffort>('minimal', 'low', 'medium', 'high', 'xhigh', 'max');
    const reasoning = fc.oneof(
      efforts.map((effort) => ({ effort })),
      fc.integer({ min: 1, max: 500_000 }).map((budgetTokens) => ({ budgetTokens })),
    );
    fc.assert(
      fc.property(reasoning, fc.integer({ min: 1025, max: 200_000 }), (asked, maxTokens) => {
        const budget = Number(think(asked, 'budget', { maxTokens }).written.thinking?.['budget_tokens']);
        expect(budget).toBeGreaterThanOrEqual(1024);
        expect(budget).toBeLessThan(maxTokens);
      }),
    );
  });

  it('keeps a budget that fits', () => {
    expect(think({ budgetTokens: 2000 }, 'both').written).toEqual({
      mode: 'budget',
      thinking: { type: 'enabled', budget_tokens: 2000 },
    });
  });

  it('is what a model about which nothing is known gets, with a high effort when none was said', () => {
    expect(think({ adaptive: true }, undefined).written.thinking).toEqual({ type: 'enabled', budget_tokens: 9024 });
  });

  it.each([[{ maxTokens: 1024 }], [{ isPrefilled: true }], [{ callsToolsWithoutThinking: true }]])(
    'is left out, with a loss, where Anthropic would refuse it: %j',
    (situation) => {
      expect(think({ effort: 'low' }, 'budget', situation)).toEqual({ written: { mode: 'off' }, lost: ['reasoning'] });
    },
  );
});

describe('adaptive thinking', () => {
  it.each<[ReasoningRequest, WrittenThinking]>([
    [{ effort: 'high' }, { mode: 'adaptive', thinking: { type: 'adaptive' }, effort: 'high' }],
    [{ effort: 'minimal' }, { mode: 'adaptive', thinking: { type: 'adaptive' }, effort: 'low' }],
    [{ adaptive: true }, { mode: 'adaptive', thinking: { type: 'adaptive' } }],
    [{ budgetTokens: -1 }, { mode: 'adaptive', thinking: { type: 'adaptive' } }],
    [
      { effort: 'low', visible: true },
      { mode: 'adaptive', thinking: { type: 'adaptive', display: 'summarized' }, effort: 'low' },
    ],
    [
      { effort: 'low', visible: false, summary: 'auto' },
      { mode: 'adaptive', thinking: { type: 'adaptive', display: 'omitted' }, effort: 'low' },
    ],
    [{ summary: 'auto' }, { mode: 'adaptive', thinking: { type: 'adaptive', display: 'summarized' } }],
    [{ visible: false }, { mode: 'off' }],
  ])('is asked for by an effort: %j', (reasoning, written) => {
    expect(think(reasoning, 'effort')).toEqual({ written, lost: [] });
    expect(think(reasoning, 'both')).toEqual({ written, lost: [] });
  });

  it.each([
    [1024, 'low'],
    [3000, 'low'],
    [6000, 'medium'],
    [9000, 'high'],
    [500_000, 'high'],
  ])('takes a budget of %i for an effort of %s, with a loss, where a model has none', (budgetTokens, effort) => {
    expect(think({ budgetTokens }, 'effort')).toEqual({
      written: { mode: 'adaptive', thinking: { type: 'adaptive' }, effort },
      lost: ['thinking.budget_tokens'],
    });
  });

  it('asks the first models with efforts for none that they lack', () => {
    const asked = { effort: 'xhigh' } as const;
    expect(think(asked, 'both', { model: 'us.anthropic.claude-opus-4-6-v1:0' }).written.effort).toBe('high');
    expect(think(asked, 'effort', { model: 'claude-opus-4-7' }).written.effort).toBe('xhigh');
  });
});

describe('no thinking', () => {
  it.each([
    ['claude-opus-4-8', { mode: 'off', thinking: { type: 'disabled' } }, []],
    ['claude-sonnet-5-5', { mode: 'off', thinking: { type: 'between_tools' } }, []],
    ['claude-opus-5-5', { mode: 'off', effort: 'low' }, ['reasoning']],
    ['anthropic.claude-fable-5-1', { mode: 'off', effort: 'low' }, ['reasoning']],
  ])('is said as %s understands it', (model, written, lost) => {
    expect(think({ effort: 'none' }, 'effort', { model })).toEqual({ written, lost });
    expect(think({ budgetTokens: 0 }, 'effort', { model })).toEqual({ written, lost });
  });

  it('is not said when nothing was asked, nor to a model that never thinks', () => {
    expect(think(undefined, 'effort')).toEqual({ written: { mode: 'off' }, lost: [] });
    expect(think({ effort: 'none' }, 'none')).toEqual({ written: { mode: 'off' }, lost: [] });
    expect(think({ visible: false }, 'none')).toEqual({ written: { mode: 'off' }, lost: [] });
    expect(think({ effort: 'low' }, 'none')).toEqual({ written: { mode: 'off' }, lost: ['reasoning'] });
  });
});
