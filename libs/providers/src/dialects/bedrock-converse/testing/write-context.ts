import type { WriteContext } from '../../../spec/codec.js';
import type { LossReport } from '../../../spec/loss-report.js';
import type { ModelCapabilities } from '../../../spec/model-capabilities.js';
import type { Message, ModelRequest, Parameters, Tool } from '../../../spec/model-request.js';
import { bedrockStateFamily } from '../state-family.js';

export const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
export const NOVA = 'us.amazon.nova-2-lite-v1:0';
export const LLAMA = 'us.meta.llama3-3-70b-instruct-v1:0';

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

/** A loss report that a test can look into. */
export class RecordedLosses implements LossReport {
  readonly fields: string[] = [];

  drop(field: string): void {
    this.fields.push(field);
  }
}

/** A context for `model`, of which only `capabilities` are known. */
export function contextFor(
  model: string,
  capabilities: Partial<ModelCapabilities> = {},
): WriteContext & { readonly losses: RecordedLosses } {
  return {
    model,
    stateFamily: bedrockStateFamily(model),
    capabilities: { ...NOTHING_KNOWN, ...capabilities },
    losses: new RecordedLosses(),
  };
}

/** A request of `messages`, or of one user's word. */
export function requestOf(
  parts: {
    readonly messages?: readonly Message[];
    readonly tools?: readonly Tool[];
    readonly parameters?: Parameters;
  } = {},
): ModelRequest {
  return {
    streams: false,
    messages: parts.messages ?? [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
    tools: parts.tools ?? [],
    parameters: parts.parameters ?? {},
    unknownNames: [],
  };
}
