import { describe, expect, it } from 'vitest';
import type { ModelCapabilities } from '../../spec/model-capabilities.js';
import type { Message, Parameters, ReasoningEffort } from '../../spec/model-request.js';
import { CLAUDE, LLAMA, NOVA, contextFor, requestOf } from './testing/write-context.js';
import { writeRequest } from './write-request.js';

const TOOLS = [{ kind: 'function', name: 't' }] as const;
const BUDGET = { thinking: 'budget' } as const;
const EFFORT = { thinking: 'effort' } as const;

/** A Claude that is told an effort. */
const OPUS = 'us.anthropic.claude-opus-5-v1';

const FOREIGN_LOOP: readonly Message[] = [
  { role: 'user', parts: [{ kind: 'text', text: 'a' }] },
  { role: 'assistant', parts: [{ kind: 'tool-call', callId: 'c', name: 't', argumentsText: '{}' }] },
  { role: 'tool', parts: [{ kind: 'tool-result', callId: 'c', content: [] }] },
];

const PREFILLED: readonly Message[] = [
  { role: 'user', parts: [{ kind: 'text', text: 'a' }] },
  { role: 'assistant', parts: [{ kind: 'text', text: 'b' }] },
];

interface Asked extends Parameters {
  readonly messages?: readonly Message[];
}

function plan({ messages, ...parameters }: Asked, capabilities: Partial<ModelCapabilities> = {}, model = CLAUDE) {
  const context = contextFor(model, capabilities);
  const request = requestOf({ parameters, tools: TOOLS, ...(messages === undefined ? {} : { messages }) });
  const { additionalModelRequestFields, inferenceConfig } = writeRequest(request, context);
  return { fields: additionalModelRequestFields, inferenceConfig, lost: context.losses.fields };
}

describe('planReasoning, Claude', () => {
  it.each<[ReasoningEffort, number]>([
    ['minimal', 1228],
    ['low', 2252],
    ['medium', 4505],
    ['high', 7577],
    ['xhigh', 8560],
    ['max', 9215],
  ])('thinks with effort %s for %i of 9216 tokens, where it thinks by budget', (effort, budget_tokens) => {
    expect(plan({ maxOutputTokens: 9216, reasoning: { effort } }, BUDGET)).toMatchObject({
      fields: { thinking: { type: 'enabled', budget_tokens } },
      inferenceConfig: { maxTokens: 9216 },
    });
  });

  it('measures the budget by what the model can say at most, where the client sets no cap', () => {
    expect(plan({ reasoning: { effort: 'max' } }, { ...BUDGET, outputTokensMax: 64_000 })).toMatchObject({
      fields: { thinking: { type: 'enabled', budget_tokens: 63_999 } },
      inferenceConfig: undefined,
    });
  });

  it('thinks adaptively with an effort where it thinks by effort', () => {
    expect(plan({ reasoning: { effort: 'high', visible: true } }, EFFORT, OPUS)).toMatchObject({
      fields: { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'high' } },
      lost: [],
    });
  });

  it('keeps a forced tool and the effort, and drops the thinking', () => {
    const asked = { toolChoice: { kind: 'required' }, temperature: 0.5, reasoning: { effort: 'low' } } as const;
    expect(plan(asked, EFFORT, OPUS)).toEqual({
      fields: { output_config: { effort: 'low' } },
      inferenceConfig: { temperature: 0.5 },
      lost: ['reasoning'],
    });
  });

  it.each<[string, Asked]>([
    ['the cap leaves no room', { maxOutputTokens: 1024 }],
    ['a tool is forced', { toolChoice: { kind: 'required' } }],
    ['a named tool is forced', { toolChoice: { kind: 'tool', name: 't' } }],
    ['the turn began without thinking', { messages: FOREIGN_LOOP }],
    ['the answer has begun', { messages: PREFILLED }],
  ])('does not think within a budget, and says so, where %s', (_, asked) => {
    expect(plan({ ...asked, reasoning: { effort: 'high' } }, BUDGET)).toMatchObject({
      fields: undefined,
      lost: ['reasoning'],
    });
  });

  it('goes on thinking by effort with a turn that began without', () => {
    const { fields, lost } = plan({ messages: FOREIGN_LOOP, reasoning: { effort: 'low' } }, EFFORT, OPUS);
    expect(fields).toEqual({ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } });
    expect(lost).toEqual([]);
  });

  it('drops what it refuses while it thinks', () => {
    const asked = {
      temperature: 0.5,
      topP: 0.5,
      topK: 5,
      maxOutputTokens: 4096,
      reasoning: { effort: 'low' },
    } as const;
    const { inferenceConfig, fields, lost } = plan(asked, BUDGET);
    expect(inferenceConfig).toEqual({ maxTokens: 4096 });
    expect(fields).not.toHaveProperty('top_k');
    expect(lost).toEqual(['temperature', 'top_p', 'top_k']);
  });

  it('is told not to think only where it would by itself', () => {
    for (const reasoning of [{ effort: 'none' }, { budgetTokens: 0 }] as const) {
      expect(plan({ reasoning }, BUDGET).fields).toBeUndefined();
      expect(plan({ reasoning }, EFFORT, 'us.anthropic.claude-opus-4-7').fields).toBeUndefined();
      expect(plan({ reasoning }, EFFORT, OPUS).fields).toEqual({ thinking: { type: 'disabled' } });
    }
  });
});

describe('planReasoning, others', () => {
  it.each([{ effort: 'none' }, { budgetTokens: 0 }, { visible: true }, {}] as const)(
    'asks for nothing where the client does not ask to think: %j',
    (reasoning) => {
      for (const model of [CLAUDE, NOVA, LLAMA]) {
        expect(plan({ reasoning }, {}, model)).toMatchObject({ fields: undefined, lost: [] });
      }
    },
  );

  it('reports an effort that a model cannot be told', () => {
    for (const model of [LLAMA, 'amazon.nova-pro-v1:0']) {
      expect(plan({ reasoning: { effort: 'high' } }, {}, model)).toMatchObject({
        fields: undefined,
        lost: ['reasoning'],
      });
    }
    expect(plan({ reasoning: { effort: 'high' } }, { thinking: 'none' })).toMatchObject({ lost: ['reasoning'] });
  });

  it.each<[Asked, string]>([
    [{ reasoning: { effort: 'minimal' } }, 'low'],
    [{ reasoning: { effort: 'medium' } }, 'medium'],
    [{ reasoning: { effort: 'max' } }, 'high'],
    [{ reasoning: { adaptive: true } }, 'medium'],
    [{ maxOutputTokens: 9216, reasoning: { budgetTokens: 2000 } }, 'low'],
  ])('tells Nova 2 an effort: %j', (asked, maxReasoningEffort) => {
    expect(plan(asked, {}, NOVA).fields).toEqual({ reasoningConfig: { type: 'enabled', maxReasoningEffort } });
  });

  it('keeps a cap on the output before the highest effort of Nova', () => {
    const asked = { temperature: 0.1, maxOutputTokens: 500, reasoning: { effort: 'high' } } as const;
    expect(plan(asked, {}, NOVA)).toMatchObject({
      fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } },
      inferenceConfig: { maxTokens: 500, temperature: 0.1 },
      lost: ['reasoning'],
    });
  });

  it('drops what Nova refuses at its highest effort, and keeps it below', () => {
    const sampling = { temperature: 0.1, topK: 4 };
    expect(plan({ ...sampling, reasoning: { effort: 'high' } }, {}, NOVA)).toMatchObject({
      inferenceConfig: undefined,
      lost: ['temperature', 'top_k'],
    });
    expect(plan({ ...sampling, reasoning: { effort: 'low' } }, {}, NOVA)).toMatchObject({
      fields: { inferenceConfig: { topK: 4 } },
      inferenceConfig: { temperature: 0.1 },
    });
  });
});
