import { asList, compact } from '../../json/read-json.js';
import type { OutputFormat, Parameters } from '../../spec/model-request.js';
import type { JsonObject } from '../../spec/json.js';
import { readReasoningRequest } from './read-reasoning-request.js';
import { readToolChoice } from './read-tools.js';
import { StrictMembers } from './strict-members.js';

const VERBOSITIES = ['low', 'medium', 'high'] as const;
const OUTPUT_FORMATS = ['text', 'json_object', 'json_schema'] as const;

/**
 * Reads everything that tunes a chat request.
 *
 * @throws RequestUnreadableError for a parameter of the wrong kind.
 */
export function readParameters(body: JsonObject): Parameters {
  const members = new StrictMembers(body);
  return compact({
    ...readSamplingParameters(body),
    logprobs: members.boolean('logprobs'),
    topLogprobs: members.integer('top_logprobs'),
    safetyIdentifier: members.string('safety_identifier'),
    metadata: members.object('metadata'),
    store: members.boolean('store'),
    serviceTier: members.string('service_tier'),
    parallelToolCalls: members.boolean('parallel_tool_calls'),
    toolChoice: readToolChoice(body['tool_choice']),
    outputFormat: readOutputFormat(members),
    reasoning: readReasoningRequest(members),
    verbosity: members.word('verbosity', VERBOSITIES),
    prediction: members.object('prediction'),
    modalities: members.strings('modalities'),
    audio: members.object('audio'),
    webSearchOptions: members.object('web_search_options'),
    promptCacheKey: members.string('prompt_cache_key'),
    promptCacheRetention: members.string('prompt_cache_retention'),
    functions: usesFunctions(body) ? (true as const) : undefined,
    cachedContent: members.string('cached_content'),
    safetySettings: members.objects('safety_settings'),
    labels: members.object('labels'),
  });
}

/** The parameters that chat shares with legacy completions. */
export function readSamplingParameters(body: JsonObject): Parameters {
  const members = new StrictMembers(body);
  return compact({
    maxOutputTokens: members.positiveInteger('max_completion_tokens') ?? members.positiveInteger('max_tokens'),
    temperature: members.number('temperature'),
    topP: members.number('top_p'),
    topK: members.integer('top_k'),
    stop: readStop(body, members),
    presencePenalty: members.number('presence_penalty'),
    frequencyPenalty: members.number('frequency_penalty'),
    seed: members.integer('seed'),
    candidateCount: members.positiveInteger('n'),
    logitBias: members.object('logit_bias'),
    user: members.string('user'),
  });
}

function readStop(body: JsonObject, members: StrictMembers): readonly string[] | undefined {
  const { stop } = body;
  if (typeof stop === 'string') return [stop];
  if (stop !== undefined && stop !== null && asList(stop) === undefined) {
    throw members.error('stop', 'must be a string or a list of strings');
  }
  return members.strings('stop');
}

function readOutputFormat(members: StrictMembers): OutputFormat | undefined {
  const fields = members.object('response_format');
  if (fields === undefined) return undefined;
  const format = new StrictMembers(fields, 'response_format');
  const type = format.word('type', OUTPUT_FORMATS);
  if (type === undefined) throw format.error('type', `must be one of ${OUTPUT_FORMATS.join(', ')}`);
  if (type === 'text') return { kind: 'text' };
  if (type === 'json_object') return { kind: 'json' };
  const schema = format.requiredMembers('json_schema');
  return compact({
    kind: 'json-schema' as const,
    name: schema.requiredString('name'),
    description: schema.string('description'),
    schema: schema.object('schema') ?? {},
    strict: schema.boolean('strict'),
  });
}

function usesFunctions(body: JsonObject): boolean {
  return [body['functions'], body['function_call']].some((value) => value !== undefined && value !== null);
}
