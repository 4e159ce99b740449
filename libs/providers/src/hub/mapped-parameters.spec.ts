import { describe, expect, it } from 'vitest';
import { UNKNOWN_CAPABILITIES } from '../capabilities/model-capabilities.js';
import { anthropicMessagesProvider } from '../dialects/anthropic-messages/anthropic-messages-provider.js';
import { bedrockConverseProvider } from '../dialects/bedrock-converse/bedrock-converse-provider.js';
import { geminiProvider } from '../dialects/gemini/gemini-provider.js';
import { openAiChatProvider } from '../dialects/openai-chat/openai-chat-provider.js';
import { openAiResponsesProvider } from '../dialects/openai-responses/openai-responses-provider.js';
import type { ProviderCodec } from '../spec/codec.js';
import type { ModelRequest, ParameterName, Parameters } from '../spec/model-request.js';
import { applyParameterPolicy } from './apply-parameter-policy.js';
import { Losses } from './losses.js';

/** A value of each that asks for something else than what happens anyway, and that every dialect takes that has it. */
const VALUES: Required<Parameters> = {
  maxOutputTokens: 5_000,
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
  serviceTier: 'priority',
  parallelToolCalls: false,
  toolChoice: { kind: 'required' },
  outputFormat: { kind: 'json-schema', name: 'n', schema: { type: 'object' } },
  reasoning: { effort: 'high' },
  verbosity: 'low',
  prediction: { type: 'content' },
  modalities: ['text', 'image'],
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
const NAMES = Object.keys(VALUES) as readonly ParameterName[];

const CODECS: readonly (readonly [ProviderCodec, string])[] = [
  [openAiChatProvider, 'gpt-4.1'],
  [openAiResponsesProvider, 'gpt-4.1'],
  [anthropicMessagesProvider, 'claude-sonnet-4-5'],
  [bedrockConverseProvider, 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
  [geminiProvider, 'gemini-2.5-pro'],
];

function asking(parameters: Parameters): ModelRequest {
  return {
    streams: false,
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
    tools: [{ kind: 'function', name: 'f' }],
    parameters,
    unknownNames: [],
  };
}

describe.each(CODECS.map(([codec, model]) => ({ dialect: codec.dialect, codec, model })))(
  'a parameter that the table maps to $dialect',
  ({ dialect, codec, model }) => {
    const capabilities = UNKNOWN_CAPABILITIES;
    const write = (request: ModelRequest, losses = new Losses()): string =>
      JSON.stringify(codec.writeRequest(request, { model, stateFamily: undefined, capabilities, losses }));
    const bare = write(asking({}));

    it.each(NAMES)('is written or reported by its writer: %s', (name) => {
      const request = asking({ [name]: VALUES[name] });
      const rest = { inbound: 'openai-chat', provider: dialect, model, capabilities } as const;
      const policy = applyParameterPolicy({ ...rest, request, strict: false });
      if (!policy.ok) return;
      const losses = new Losses(policy.dropped);
      const isWritten = write(policy.request, losses) !== bare;
      expect(isWritten || losses.all.length > 0).toBe(true);
      expect(isWritten && policy.dropped.length > 0).toBe(false);
    });
  },
);
