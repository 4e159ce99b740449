import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelCapabilities } from '../../spec/model-capabilities.js';
import type { Message, Parameters, ReasoningEffort } from '../../spec/model-request.js';
import { CLAUDE, LLAMA, NOVA, contextFor, requestOf } from './testing/write-context.js';
import { budgetOfEffort, effortOfBudget, type Effort } from './thinking-budget.js';
import { writeRequest } from './write-request.js';

const TOOLS = [{ kind: 'function', name: 't' }] as const;

const FOREIGN_LOOP: readonly Message[] = [
  { role: 'user', parts: [{ kind: 'text', text: 'a' }] },
  { role: 'assistant', parts: [{ kind: 'tool-call', callId: 'c', name: 't', argumentsText: '{}' }] },
  { role: 'tool', parts: [{ kind: 'tool-result', callId: 'c', content: [] }] },
];

interface Asked extends Parameters {
  readonly messages?: readonly Message[];
}

function plan({ messages, ...parameters }: Asked, capabilities: Partial<ModelCapabilities> = {}, model = CLAUDE) {
  const context = contextFor(model, capabilities);
  const request = requestOf({ parameters, tools: TOOLS, ...(messages === undefined ? {} : { messages }) });
  const { additionalModelRequestFields, outputConfig, inferenceConfig } = writeRequest(request, context);
  return { fields: additionalModelRequestFields, outputConfig, inferenceConfig, lost: context.losses.fields };
}

describe('planReasoning, Claude by budget', () => {
  const budget = { thinking: 'budget' } as const;

  it.each<[ReasoningEffort, number]>([
    ['minimal', 1228],
    ['low', 2252],
    ['medium', 4505],
    ['high', 7577],
    ['xhigh', 8560],
    ['max', 9215],
  ])('thinks with effort %s for %i of 9216 tokens', (effort, budget_tokens) => {
    expect(plan({ maxOutputTokens: 9216, reasoning: { effort } }, budget).fields).toEqual({
      thinking: { type: 'enabled', budget_tokens },
    });
  });

  it('takes the budget that the client names, as far as it fits', () => {
    expect(plan({ maxOutputTokens: 8000, reasoning: { budgetTokens: 2000 } }, budget).fields).toEqual({
      thinking: { type: 'enabled', budget_tokens: 2000 },
    });
    expect(plan({ maxOutputTokens: 1500, reasoning: { budgetTokens: 2000 } }, budget).fields).toEqual({
      thinking: { type: 'enabled', budget_tokens: 1499 },
    });
  });

  it('measures the budget by what the model can say at most, where the client sets no cap', () => {
    expect(plan({ reasoning: { effort: 'max' } }, { ...budget, outputTokensMax: 64_000 }).fields).toEqual({
      thinking: { type: 'enabled', budget_tokens: 63_999 },
    });
  });

  it.each<[string, Asked]>([
    ['the cap leaves no room', { maxOutputTokens: 1024 }],
    ['a tool is forced', { toolChoice: { kind: 'required' } }],
    ['a named tool is forced', { toolChoice: { kind: 'tool', name: 't' } }],
    ['the turn began without thinking', { messages: FOREIGN_LOOP }],
  ])('does not think, and says so, where %s', (_, asked) => {
    expect(plan({ ...asked, reasoning: { effort: 'high' } }, budget)).toMatchObject({
      fields: undefined,
      lost: ['reasoning_effort'],
    });
  });

  it('drops what Claude refuses while it thinks', () => {
    const asked = {
      temperature: 0.5,
      topP: 0.5,
      topK: 5,
      maxOutputTokens: 4096,
      reasoning: { effort: 'low' },
    } as const;
    const { inferenceConfig, fields, lost } = plan(asked, budget);
    expect(inferenceConfig).toEqual({ maxTokens: 4096 });
    expect(fields).not.toHaveProperty('top_k');
    expect(lost).toEqual(['temperature', 'top_p', 'top_k']);
  });
});

describe('planReasoning, Claude by effort', () => {
  it.each<[ReasoningEffort, string]>([
    ['minimal', 'low'],
    ['medium', 'medium'],
    ['xhigh', 'xhigh'],
    ['max', 'max'],
  ])('thinks adaptively with effort %s as %s', (effort, written) => {
    expect(plan({ reasoning: { effort } }, { thinking: 'effort' })).toMatchObject({
      fields: { thinking: { type: 'adaptive' } },
      outputConfig: { effort: written },
      lost: [],
    });
  });

  it('leaves the effort to the model where the client only says that it shall think', () => {
    expect(plan({ reasoning: { adaptive: true, visible: true } }, { thinking: 'effort' })).toMatchObject({
      fields: { thinking: { type: 'adaptive', display: 'summarized' } },
      outputConfig: undefined,
    });
  });

  it('turns a budget into an effort where the model refuses budgets, and keeps it where it takes them', () => {
    const asked = { maxOutputTokens: 9216, reasoning: { budgetTokens: 4505 } };
    expect(plan(asked, { thinking: 'effort' }).outputConfig).toEqual({ effort: 'medium' });
    expect(plan(asked, { thinking: 'both' }).fields).toEqual({ thinking: { type: 'enabled', budget_tokens: 4505 } });
  });

  it('asks a model that takes both for no more than it knows', () => {
    expect(plan({ reasoning: { effort: 'xhigh' } }, { thinking: 'both' }).outputConfig).toEqual({ effort: 'high' });
  });

  it('goes on with a turn that began without thinking', () => {
    const { fields, lost } = plan({ messages: FOREIGN_LOOP, reasoning: { effort: 'low' } }, { thinking: 'effort' });
    expect(fields).toEqual({ thinking: { type: 'adaptive' } });
    expect(lost).toEqual([]);
  });

  it('keeps a forced tool and the effort, and drops the thinking', () => {
    expect(
      plan({ toolChoice: { kind: 'required' }, reasoning: { effort: 'low' } }, { thinking: 'effort' }),
    ).toMatchObject({
      fields: undefined,
      outputConfig: { effort: 'low' },
      lost: ['reasoning_effort'],
    });
  });
});

describe('planReasoning, others', () => {
  it.each([{ effort: 'none' }, { budgetTokens: 0 }, { visible: true }, {}] as const)(
    'asks for nothing where the client does not ask to think: %j',
    (reasoning) => {
      for (const model of [CLAUDE, NOVA, LLAMA]) {
        expect(plan({ reasoning }, {}, model)).toMatchObject({ fields: undefined, outputConfig: undefined, lost: [] });
      }
    },
  );

  it('reports an effort that a model cannot be told', () => {
    for (const model of [LLAMA, 'amazon.nova-pro-v1:0']) {
      expect(plan({ reasoning: { effort: 'high' } }, {}, model)).toMatchObject({
        fields: undefined,
        lost: ['reasoning_effort'],
      });
    }
    expect(plan({ reasoning: { effort: 'high' } }, { thinking: 'none' })).toMatchObject({ lost: ['reasoning_effort'] });
  });

  it('tells Nova 2 its effort, and keeps a cap on the output before the highest one', () => {
    const high = { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } };
    expect(plan({ temperature: 0.1, reasoning: { effort: 'max' } }, {}, NOVA)).toMatchObject({
      fields: high,
      inferenceConfig: undefined,
      lost: ['temperature'],
    });
    expect(plan({ temperature: 0.1, maxOutputTokens: 500, reasoning: { effort: 'high' } }, {}, NOVA)).toMatchObject({
      fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } },
      inferenceConfig: { maxTokens: 500, temperature: 0.1 },
      lost: ['reasoning_effort'],
    });
    expect(plan({ topK: 4, reasoning: { effort: 'minimal' } }, {}, NOVA).fields).toEqual({
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' },
      inferenceConfig: { topK: 4 },
    });
  });
});

describe('thinking budgets', () => {
  const effort = fc.constantFrom<Effort>('minimal', 'low', 'medium', 'high', 'xhigh', 'max');

  it('leave room for an answer and are never below the least', () => {
    fc.assert(
      fc.property(effort, fc.integer({ min: 1, max: 200_000 }), (name, outputTokens) => {
        const budget = budgetOfEffort(name, outputTokens);
        if (outputTokens <= 1024) expect(budget).toBeUndefined();
        else {
          expect(budget).toBeGreaterThanOrEqual(1024);
          expect(budget).toBeLessThan(outputTokens);
        }
      }),
    );
  });

  it('are read back as the effort that they came from', () => {
    fc.assert(
      fc.property(effort, fc.integer({ min: 4096, max: 200_000 }), (name, outputTokens) => {
        expect(effortOfBudget(budgetOfEffort(name, outputTokens) ?? 0, outputTokens)).toBe(name);
      }),
    );
  });
});
