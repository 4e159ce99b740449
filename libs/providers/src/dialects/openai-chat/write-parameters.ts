import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { OutputFormat, ParameterName, Parameters } from '../../spec/model-request.js';
import { writeReasoningEffort } from './write-reasoning-effort.js';

/** Parameters that chat has as the hub has them, by the name that they have there. */
const NAMES = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  stop: 'stop',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  seed: 'seed',
  candidateCount: 'n',
  logitBias: 'logit_bias',
  logprobs: 'logprobs',
  topLogprobs: 'top_logprobs',
  user: 'user',
  safetyIdentifier: 'safety_identifier',
  metadata: 'metadata',
  store: 'store',
  serviceTier: 'service_tier',
  verbosity: 'verbosity',
  prediction: 'prediction',
  modalities: 'modalities',
  audio: 'audio',
  webSearchOptions: 'web_search_options',
  promptCacheKey: 'prompt_cache_key',
  promptCacheRetention: 'prompt_cache_retention',
} as const satisfies Partial<Record<ParameterName, string>>;

/** Writes everything that tunes the request but for its tools, as far as chat has a place for it. */
export function writeParameters(parameters: Parameters, context: WriteContext): JsonObject {
  const written: Record<string, Json> = {};
  for (const [name, chatName] of Object.entries(NAMES)) {
    const value = parameters[name as keyof typeof NAMES];
    if (value !== undefined) written[chatName] = value as Json;
  }
  return compact({
    ...writeOutputCap(parameters.maxOutputTokens, context),
    ...written,
    response_format: writeOutputFormat(parameters.outputFormat),
    reasoning_effort: writeReasoningEffort(parameters.reasoning, context),
  });
}

/** OpenAI's reasoning models refuse the old name; most other vendors know only that. */
function writeOutputCap(maxOutputTokens: number | undefined, { stateFamily }: WriteContext): JsonObject {
  if (maxOutputTokens === undefined) return {};
  return stateFamily === 'openai' ? { max_completion_tokens: maxOutputTokens } : { max_tokens: maxOutputTokens };
}

function writeOutputFormat(format: OutputFormat | undefined): JsonObject | undefined {
  switch (format?.kind) {
    case undefined:
    // It is the default, and not every vendor knows the word.
    case 'text':
      return undefined;
    case 'json':
      return { type: 'json_object' };
    case 'json-schema': {
      const { name, description, schema, strict } = format;
      return { type: 'json_schema', json_schema: compact({ name, description, schema, strict }) };
    }
  }
}
