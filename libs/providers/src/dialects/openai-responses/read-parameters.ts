import { asBoolean, asCount, asList, asNumber, asObject, asString, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { OutputFormat, Parameters, ReasoningEffort, ReasoningRequest } from '../../spec/model-request.js';
import { readOptional, readRequired } from './optional-field.js';
import { readToolChoice } from './read-tool-choice.js';

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
const VERBOSITIES = ['low', 'medium', 'high'] as const;

const TEXT = 'must be a string';
const NUMBER = 'must be a number';
const COUNT = 'must be a whole number of at least 0';
const FLAG = 'must be true or false';
const OBJECT = 'must be an object';

/** The `include` that asks for log probabilities. */
export const INCLUDE_LOGPROBS = 'message.output_text.logprobs';

/** The `include` that asks for the state of the model's reasoning. */
export const INCLUDE_REASONING_STATE = 'reasoning.encrypted_content';

/**
 * Reads everything that tunes a request.
 *
 * @throws RequestUnreadableError for a value of the wrong type, which OpenAI refuses as well.
 */
export function readParameters(body: JsonObject): Parameters {
  const topLogprobs = readOptional(body, 'top_logprobs', asCount, COUNT);
  const wantsLogprobs = (topLogprobs ?? 0) > 0 || (asList(body['include']) ?? []).includes(INCLUDE_LOGPROBS);
  const text = readOptional(body, 'text', asObject, OBJECT);
  return compact({
    maxOutputTokens: readOptional(body, 'max_output_tokens', asCount, COUNT),
    temperature: readOptional(body, 'temperature', asNumber, NUMBER),
    topP: readOptional(body, 'top_p', asNumber, NUMBER),
    logprobs: wantsLogprobs ? true : undefined,
    topLogprobs: wantsLogprobs ? topLogprobs : undefined,
    user: readOptional(body, 'user', asString, TEXT),
    safetyIdentifier: readOptional(body, 'safety_identifier', asString, TEXT),
    metadata: readOptional(body, 'metadata', asObject, OBJECT),
    store: readOptional(body, 'store', asBoolean, FLAG),
    serviceTier: readOptional(body, 'service_tier', asString, TEXT),
    parallelToolCalls: readOptional(body, 'parallel_tool_calls', asBoolean, FLAG),
    toolChoice: readToolChoice(body['tool_choice']),
    outputFormat: text === undefined ? undefined : readOutputFormat(text),
    verbosity: text && readOptional(text, 'verbosity', oneOf(VERBOSITIES), 'is not known', 'text.verbosity'),
    reasoning: readReasoning(body),
    promptCacheKey: readOptional(body, 'prompt_cache_key', asString, TEXT),
    promptCacheRetention: readOptional(body, 'prompt_cache_retention', asString, TEXT),
    truncation: readOptional(body, 'truncation', asString, TEXT),
    previousResponseId: readOptional(body, 'previous_response_id', asString, TEXT),
    background: readOptional(body, 'background', asBoolean, FLAG),
  });
}

function readOutputFormat(text: JsonObject): OutputFormat | undefined {
  const format = readOptional(text, 'format', asObject, OBJECT, 'text.format');
  if (format === undefined) return undefined;
  switch (format['type']) {
    case 'text':
      return { kind: 'text' };
    case 'json_object':
      return { kind: 'json' };
    case 'json_schema':
      return compact({
        kind: 'json-schema' as const,
        name: readRequired(format, 'name', asString, TEXT, 'text.format.name'),
        description: readOptional(format, 'description', asString, TEXT, 'text.format.description'),
        schema: readRequired(format, 'schema', asObject, OBJECT, 'text.format.schema'),
        strict: readOptional(format, 'strict', asBoolean, FLAG, 'text.format.strict'),
      });
    default:
      throw new RequestUnreadableError('text.format.type', 'must be "text", "json_object" or "json_schema"');
  }
}

function readReasoning(body: JsonObject): ReasoningRequest | undefined {
  const reasoning = readOptional(body, 'reasoning', asObject, OBJECT);
  if (reasoning === undefined) return undefined;
  const effort: ReasoningEffort | undefined = readOptional(
    reasoning,
    'effort',
    oneOf(EFFORTS),
    `must be one of ${EFFORTS.join(', ')}`,
    'reasoning.effort',
  );
  const summary =
    readOptional(reasoning, 'summary', asString, TEXT, 'reasoning.summary') ??
    readOptional(reasoning, 'generate_summary', asString, TEXT, 'reasoning.generate_summary');
  // Without a summary OpenAI shows nothing of the reasoning, but a client that does not ask has not refused it.
  return compact({ effort, summary, visible: summary === undefined ? undefined : true });
}

function oneOf<Word extends string>(words: readonly Word[]): (value: unknown) => Word | undefined {
  return (value) => words.find((word) => word === value);
}
