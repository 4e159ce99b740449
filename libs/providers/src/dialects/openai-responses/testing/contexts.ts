import type { AnswerContext, WriteContext } from '../../../spec/codec.js';
import type { Loss } from '../../../spec/loss-report.js';
import type { ModelCapabilities } from '../../../spec/model-capabilities.js';
import type { ModelRequest } from '../../../spec/model-request.js';

const NOTHING_KNOWN: ModelCapabilities = {
  contextTokens: undefined,
  outputTokensMax: undefined,
  input: undefined,
  output: undefined,
  tools: undefined,
  structuredOutput: undefined,
  prefill: undefined,
  thinking: undefined,
  sampling: undefined,
  openAiInterfaces: undefined,
};

/** What a writer of requests gets, with its losses to look at. */
export function writeContext(
  changes: Partial<Omit<WriteContext, 'capabilities'>> & { readonly capabilities?: Partial<ModelCapabilities> } = {},
): WriteContext & { readonly lost: Loss[] } {
  const lost: Loss[] = [];
  return {
    model: 'gpt-5.4',
    stateFamily: 'openai',
    losses: { drop: (field, reason) => void lost.push({ field, reason }) },
    lost,
    ...changes,
    capabilities: { ...NOTHING_KNOWN, ...changes.capabilities },
  };
}

/** A request that asks for nothing in particular. */
export function modelRequest(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    streams: false,
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
    tools: [],
    parameters: {},
    unknownNames: [],
    ...changes,
  };
}

/** What a writer of answers gets. */
export function answerContext(changes: Partial<AnswerContext> = {}): AnswerContext {
  return {
    fallbackId: 'req_0123',
    model: 'my-model',
    createdAtSeconds: 1_800_000_000,
    request: modelRequest(),
    reportsStreamUsage: true,
    dropped: [],
    ...changes,
  };
}
