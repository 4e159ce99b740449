import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { OutputFormat, Parameters } from '../../spec/model-request.js';
import { boundId } from './bounded-id.js';
import { INCLUDE_LOGPROBS, INCLUDE_REASONING_STATE } from './read-parameters.js';
import { writeReasoning } from './write-reasoning.js';

/** Smallest output cap that OpenAI Responses takes; a smaller one is refused with 400. */
const OUTPUT_TOKENS_MIN = 16;

/** OpenAI's models before GPT-5 do not reason, and are the only ones that refuse to be asked for its state. */
const WITHOUT_REASONING = /gpt-[34]/;

/** Writes everything that tunes a request, but for the tools and the choice among them. */
export function writeParameters(parameters: Parameters, context: WriteContext): JsonObject {
  const include = writeInclude(parameters, context);
  return compact({
    max_output_tokens: writeOutputCap(parameters, context),
    temperature: parameters.temperature,
    top_p: parameters.topP,
    top_logprobs: parameters.topLogprobs,
    include: include.length === 0 ? undefined : include,
    // Nothing is kept at the provider unless the client asks for it: the conversation comes with every request.
    store: parameters.store ?? false,
    reasoning: parameters.reasoning && writeReasoning(parameters.reasoning, context.losses),
    text: writeText(parameters),
    parallel_tool_calls: parameters.parallelToolCalls,
    metadata: parameters.metadata,
    user: parameters.user,
    safety_identifier: bound(parameters.safetyIdentifier),
    prompt_cache_key: bound(parameters.promptCacheKey),
    prompt_cache_retention: parameters.promptCacheRetention,
    service_tier: parameters.serviceTier,
    truncation: parameters.truncation,
    previous_response_id: parameters.previousResponseId,
    background: parameters.background,
  });
}

function writeOutputCap({ maxOutputTokens }: Parameters, context: WriteContext): number | undefined {
  if (maxOutputTokens === undefined || maxOutputTokens >= OUTPUT_TOKENS_MIN) return maxOutputTokens;
  context.losses.drop('max_output_tokens', `OpenAI Responses takes no cap below ${OUTPUT_TOKENS_MIN}`);
  return OUTPUT_TOKENS_MIN;
}

/** The state of the reasoning is asked for, so that it can be given back although the provider keeps nothing. */
function writeInclude(parameters: Parameters, { stateFamily, capabilities, model }: WriteContext): readonly string[] {
  const mayReason =
    capabilities.thinking === undefined ? !WITHOUT_REASONING.test(model) : capabilities.thinking !== 'none';
  const include: string[] = [];
  if (stateFamily === 'openai' && mayReason) include.push(INCLUDE_REASONING_STATE);
  if (parameters.logprobs === true) include.push(INCLUDE_LOGPROBS);
  return include;
}

/** Writes `text`, which holds the format of the answer and how wordy it shall be. */
export function writeText({ outputFormat, verbosity }: Parameters): JsonObject | undefined {
  if (outputFormat === undefined && verbosity === undefined) return undefined;
  return compact({ format: outputFormat && writeFormat(outputFormat), verbosity });
}

function writeFormat(format: OutputFormat): JsonObject {
  if (format.kind === 'text') return { type: 'text' };
  if (format.kind === 'json') return { type: 'json_object' };
  const { name, description, schema, strict } = format;
  return compact({ type: 'json_schema', name, description, schema, strict });
}

function bound(text: string | undefined): string | undefined {
  return text === undefined ? undefined : boundId(text);
}
