import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capabilitiesOf, UNKNOWN_CAPABILITIES } from '../capabilities/model-capabilities.js';
import type { Dialect } from '../spec/dialect.js';
import type { ModelRequest, ParameterName, Parameters, Tool } from '../spec/model-request.js';
import { applyParameterPolicy, type PolicyInput, type PolicyOutcome } from './apply-parameter-policy.js';
import { PARAMETER_TABLE } from './parameter-table.js';

const INBOUND = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'openai-completions'] as const;
const PROVIDERS = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'bedrock-converse'] as const;
const MODELS = ['gpt-4o', 'gpt-5', 'gpt-5.1', 'claude-sonnet-4-5', 'claude-opus-5', 'gemini-2.5-pro', 'nova-pro', 'x'];
const WEATHER: Tool = { kind: 'function', name: 'weather' };

/** One of each, so that the compiler asks for new ones. */
const EVERY: Required<Parameters> = {
  maxOutputTokens: 100,
  temperature: 0.5,
  topP: 0.9,
  topK: 40,
  stop: ['END'],
  presencePenalty: 0.1,
  frequencyPenalty: 0.1,
  seed: 7,
  candidateCount: 2,
  logitBias: { '50256': -100 },
  logprobs: true,
  topLogprobs: 3,
  user: 'u1',
  safetyIdentifier: 's1',
  metadata: { a: 'b' },
  store: true,
  serviceTier: 'flex',
  parallelToolCalls: false,
  toolChoice: { kind: 'allowed', mode: 'auto', names: ['weather'] },
  outputFormat: { kind: 'json' },
  reasoning: { effort: 'high' },
  verbosity: 'low',
  prediction: { type: 'content' },
  modalities: ['text', 'audio'],
  audio: { voice: 'alloy' },
  webSearchOptions: {},
  promptCacheKey: 'k',
  promptCacheRetention: '24h',
  truncation: 'auto',
  previousResponseId: 'resp_1',
  background: true,
  functions: true,
  cachedContent: 'cachedContents/1',
  safetySettings: [{}],
  labels: { a: 'b' },
};
const NAMES = Object.keys(EVERY) as readonly ParameterName[];

function asking(parameters: Parameters, rest: Partial<ModelRequest> = {}): ModelRequest {
  return { streams: false, messages: [], tools: [WEATHER], parameters, unknownNames: [], ...rest };
}

/** What becomes of a chat client's parameters at `provider`. */
function outcome(parameters: Parameters, provider: Dialect, model = 'x', strict = false): PolicyOutcome {
  const capabilities = capabilitiesOf(model);
  return applyParameterPolicy({
    request: asking(parameters),
    inbound: 'openai-chat',
    provider,
    model,
    capabilities,
    strict,
  });
}

function droppedFields(result: PolicyOutcome): readonly string[] {
  return result.ok ? result.dropped.map(({ field }) => field) : [`refused: ${result.field}`];
}

describe('applyParameterPolicy', () => {
  it('knows what to do with every parameter there is', () => {
    expect(Object.keys(PARAMETER_TABLE).sort()).toEqual([...NAMES].sort());
  });

  const neutral: Parameters = {
    candidateCount: 1,
    presencePenalty: 0,
    frequencyPenalty: 0,
    logprobs: false,
    store: false,
    parallelToolCalls: true,
    modalities: ['text'],
    truncation: 'disabled',
    background: false,
    logitBias: {},
    metadata: {},
    outputFormat: { kind: 'text' },
  };
  it.each(PROVIDERS)('finds no loss at %s in what asks for what happens anyway, even when strict', (provider) => {
    const result = outcome(neutral, provider, 'x', true);
    expect(result).toMatchObject({ ok: true, dropped: [] });
  });

  it.each([
    ['anthropic-messages', 'claude-sonnet-4-5'],
    ['bedrock-converse', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ] as const)('drops at %s what tunes and has no place there', (provider, model) => {
    const { presencePenalty, frequencyPenalty, logitBias, seed, user, verbosity, prediction, modalities } = EVERY;
    const { audio, store, metadata, promptCacheKey, promptCacheRetention, safetyIdentifier, candidateCount } = EVERY;
    const tuning = { presencePenalty, frequencyPenalty, logitBias, seed, user, verbosity, prediction, modalities };
    const more = { audio, store, metadata, promptCacheKey, promptCacheRetention, safetyIdentifier, candidateCount };
    const result = outcome({ ...tuning, ...more, maxOutputTokens: 5, temperature: 0.2 }, provider, model);
    if (!result.ok) throw new Error(result.reason);
    expect(result.request.parameters).toEqual({ maxOutputTokens: 5, temperature: 0.2 });
    expect([...droppedFields(result)].sort()).toEqual(
      [
        'audio',
        'frequency_penalty',
        'logit_bias',
        'metadata',
        'modalities',
        'n',
        'presence_penalty',
        'prediction',
        'prompt_cache_key',
        'prompt_cache_retention',
        'safety_identifier',
        'seed',
        'store',
        'user',
        'verbosity',
      ].sort(),
    );
  });

  it('maps what Gemini has, under its own names', () => {
    const { seed, presencePenalty, frequencyPenalty, topK, logprobs, topLogprobs, outputFormat, cachedContent } = EVERY;
    const gemini = {
      seed,
      presencePenalty,
      frequencyPenalty,
      topK,
      logprobs,
      topLogprobs,
      outputFormat,
      cachedContent,
    };
    expect(outcome(gemini, 'gemini', 'gemini-2.5-pro')).toMatchObject({ ok: true, dropped: [] });
  });

  it.each([
    ['logprobs', { logprobs: true }],
    ['top_logprobs', { topLogprobs: 2 }],
    ['response_format', { outputFormat: { kind: 'json' } }],
    ['tool_choice', { toolChoice: { kind: 'allowed', mode: 'required', names: ['weather'] } }],
    ['tool_choice', { toolChoice: { kind: 'tool', name: 'nobody' } }],
    ['functions', { functions: true }],
    ['cached_content', { cachedContent: 'c' }],
  ] satisfies [string, Parameters][])('refuses %s at Anthropic and Bedrock', (field, parameters) => {
    for (const provider of ['anthropic-messages', 'bedrock-converse'] as const) {
      expect(outcome(parameters, provider, 'claude-sonnet-4-5')).toMatchObject({ ok: false, field });
    }
  });

  it('takes a choice of a tool that is offered, also of one that the vendor runs', () => {
    const choice: Parameters = { toolChoice: { kind: 'tool', name: 'web_search' } };
    const search: Tool = {
      kind: 'vendor',
      type: 'web_search_20250305',
      webSearch: true,
      value: { name: 'web_search' },
    };
    const input = { inbound: 'openai-chat', provider: 'anthropic-messages', model: 'x', strict: true } as const;
    const request = asking(choice, { tools: [search] });
    expect(applyParameterPolicy({ ...input, request, capabilities: UNKNOWN_CAPABILITIES })).toMatchObject({ ok: true });
  });

  it('keeps one of temperature and top_p for Claude, wherever it runs, and both for others', () => {
    const both = { temperature: 0.2, topP: 0.9 };
    expect(droppedFields(outcome(both, 'anthropic-messages', 'claude-sonnet-4-5'))).toEqual(['top_p']);
    expect(droppedFields(outcome(both, 'bedrock-converse', 'us.anthropic.claude-opus-4-1-20250805-v1:0'))).toEqual([
      'top_p',
    ]);
    expect(droppedFields(outcome(both, 'bedrock-converse', 'amazon.nova-pro-v1:0'))).toEqual([]);
    expect(droppedFields(outcome({ topP: 0.9 }, 'anthropic-messages', 'claude-sonnet-4-5'))).toEqual([]);
  });

  it('keeps top_p where the temperature had to go', () => {
    expect(droppedFields(outcome({ temperature: 1.5, topP: 0.9 }, 'anthropic-messages', 'claude-sonnet-4-5'))).toEqual([
      'temperature',
    ]);
  });

  it('drops sampling where the model chooses it, unless the value is the one that it chooses', () => {
    const sampling = { temperature: 0.2, topP: 0.9, presencePenalty: 0.5 };
    const all = ['temperature', 'top_p', 'presence_penalty'];
    expect(droppedFields(outcome(sampling, 'openai-chat', 'gpt-5'))).toEqual(all);
    expect(droppedFields(outcome(sampling, 'openai-chat', 'gpt-4o'))).toEqual([]);
    expect(droppedFields(outcome({ topK: 3, temperature: 0.2 }, 'anthropic-messages', 'claude-opus-5'))).toEqual([
      'temperature',
      'top_k',
    ]);
    const asItIs = outcome({ temperature: 1 }, 'openai-responses', 'gpt-5', true);
    expect(asItIs).toMatchObject({ ok: true, dropped: [] });
    expect(asItIs.ok && asItIs.request.parameters).toEqual({});
  });

  it('leaves sampling to a request that switches the reasoning off', () => {
    const sampling = { temperature: 0.2 };
    const off: Parameters = { ...sampling, reasoning: { effort: 'none' } };
    expect(droppedFields(outcome(off, 'openai-chat', 'gpt-5.6-sol'))).toEqual([]);
    expect(droppedFields(outcome(sampling, 'openai-chat', 'gpt-5.6-sol'))).toEqual(['temperature']);
    expect(droppedFields(outcome(sampling, 'openai-chat', 'gpt-5.2'))).toEqual([]);
    expect(droppedFields(outcome({ ...sampling, reasoning: { effort: 'low' } }, 'openai-chat', 'gpt-5.2'))).toEqual([
      'temperature',
    ]);
    expect(droppedFields(outcome(off, 'openai-chat', 'gpt-6-astra'))).toEqual(['temperature']);
  });

  it('asks only Claude and Nova to reason on Bedrock', () => {
    const reasoning: Parameters = { reasoning: { effort: 'high' } };
    expect(outcome(reasoning, 'bedrock-converse', 'meta.llama3-3-70b-instruct-v1:0')).toMatchObject({
      ok: false,
      field: 'reasoning_effort',
    });
    expect(outcome(reasoning, 'bedrock-converse', 'eu.anthropic.claude-opus-5')).toMatchObject({ dropped: [] });
    expect(outcome(reasoning, 'bedrock-converse', 'us.amazon.nova-2-lite-v1:0')).toMatchObject({ dropped: [] });
    const opaque = 'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc';
    expect(outcome(reasoning, 'bedrock-converse', opaque)).toMatchObject({ dropped: [] });
  });

  it('drops an effort where the model does not reason, and takes its absence for granted', () => {
    expect(droppedFields(outcome({ reasoning: { effort: 'high' } }, 'openai-chat', 'gpt-4o'))).toEqual([
      'reasoning_effort',
    ]);
    const off = outcome({ reasoning: { effort: 'none' } }, 'openai-chat', 'gpt-4o', true);
    expect(off.ok && off.request.parameters).toEqual({});
  });

  it('refuses stop sequences where nothing could stop the answer', () => {
    expect(outcome({ stop: ['END'] }, 'openai-responses')).toMatchObject({ ok: false, field: 'stop' });
    expect(outcome({ stop: ['END'] }, 'openai-chat')).toMatchObject({ ok: true, dropped: [] });
  });

  it('refuses to go on from an answer that another provider holds', () => {
    for (const provider of PROVIDERS) {
      const result = outcome({ previousResponseId: 'resp_1' }, provider);
      expect(result.ok).toBe(provider === 'openai-responses');
    }
  });

  it('drops a user that OpenAI would refuse for its length', () => {
    expect(droppedFields(outcome({ user: 'u'.repeat(65) }, 'openai-responses'))).toEqual(['user']);
    expect(droppedFields(outcome({ user: 'u'.repeat(64) }, 'openai-chat'))).toEqual([]);
  });

  it('names fields as the client does', () => {
    const at = (inbound: Dialect, parameters: Parameters): readonly string[] => {
      const rest = { provider: 'anthropic-messages', model: 'x', capabilities: UNKNOWN_CAPABILITIES } as const;
      return droppedFields(applyParameterPolicy({ request: asking(parameters), inbound, ...rest, strict: false }));
    };
    expect(at('gemini', { seed: 1 })).toEqual(['generationConfig.seed']);
    expect(at('openai-responses', { verbosity: 'low' })).toEqual(['text.verbosity']);
    expect(at('x-acme', { seed: 1 })).toEqual(['seed']);
    expect(at('anthropic-messages', { user: 'u' })).toEqual(['metadata.user_id']);
  });

  it('drops names that no dialect but their own knows, after everything else', () => {
    const input = {
      inbound: 'openai-chat',
      provider: 'x-acme',
      model: 'x',
      capabilities: UNKNOWN_CAPABILITIES,
    } as const;
    const request = asking({ seed: 1, functions: true }, { unknownNames: ['reasoning_split', 'foo'] });
    const result = applyParameterPolicy({ ...input, request, strict: false });
    expect(droppedFields(result)).toEqual(['reasoning_split', 'foo']);
    expect(result.ok && result.request).toEqual({ ...request, unknownNames: [] });
  });

  it('tells the first refusal in the order of the table, before anything that is dropped', () => {
    const result = outcome({ functions: true, logprobs: true, seed: 1 }, 'anthropic-messages', 'x', true);
    expect(result).toMatchObject({ ok: false, field: 'logprobs' });
  });

  it('refuses a strict request for the first of what would be dropped', () => {
    expect(outcome({ verbosity: 'low', seed: 1 }, 'anthropic-messages', 'x', true)).toMatchObject({
      ok: false,
      field: 'seed',
    });
  });
});

describe('applyParameterPolicy, whatever it is given', () => {
  const parameters = fc.subarray([...NAMES]).map((names): Parameters => {
    return Object.fromEntries(names.map((name) => [name, EVERY[name]]));
  });
  const input: fc.Arbitrary<PolicyInput> = fc
    .record({
      parameters,
      inbound: fc.constantFrom(...INBOUND, 'x-acme' as const),
      provider: fc.constantFrom(...PROVIDERS, 'x-acme' as const),
      model: fc.constantFrom(...MODELS),
      strict: fc.boolean(),
      unknownNames: fc.subarray(['foo', 'bar']),
    })
    .map(({ parameters: given, unknownNames, model, ...rest }) => ({
      ...rest,
      model,
      request: asking(given, { unknownNames }),
      capabilities: capabilitiesOf(model),
    }));

  it('leaves nothing in that it drops, changes no value, and touches nothing else', () => {
    fc.assert(
      fc.property(input, (given) => {
        const result = applyParameterPolicy({ ...given, strict: false });
        if (!result.ok) return;
        const { parameters: left, unknownNames, ...rest } = result.request;
        const { parameters: before, unknownNames: _names, ...restBefore } = given.request;
        expect(rest).toEqual(restBefore);
        expect(unknownNames).toEqual([]);
        expect(before).toMatchObject(left);
        expect(result.dropped.length).toBeLessThanOrEqual(
          Object.keys(before).length - Object.keys(left).length + given.request.unknownNames.length,
        );
      }),
    );
  });

  it('is done after one time', () => {
    fc.assert(
      fc.property(input, (given) => {
        const once = applyParameterPolicy({ ...given, strict: false });
        if (!once.ok) return;
        const twice = applyParameterPolicy({ ...given, strict: true, request: once.request });
        expect(twice).toEqual({ ok: true, request: once.request, dropped: [] });
      }),
    );
  });

  it('drops nothing from a strict request that it lets through, and refuses whatever it would have dropped', () => {
    fc.assert(
      fc.property(input, (given) => {
        const lenient = applyParameterPolicy({ ...given, strict: false });
        const strict = applyParameterPolicy({ ...given, strict: true });
        if (strict.ok) expect(strict.dropped).toEqual([]);
        expect(strict.ok).toBe(lenient.ok && lenient.dropped.length === 0);
        if (!lenient.ok) expect(strict).toEqual(lenient);
      }),
    );
  });
});
