import { asList, asString } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Message, ModelRequest } from '../../spec/model-request.js';
import { isTruthy } from '../../json/is-truthy.js';
import { readOptional } from './optional-field.js';
import { readInput } from './read-input.js';
import { INCLUDE_LOGPROBS, INCLUDE_REASONING_STATE, readParameters } from './read-parameters.js';
import { readTools } from './read-tools.js';
import { withFoundTools } from './tool-search.js';

/** Names that are read, or that have no meaning for the model. */
const KNOWN_NAMES: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'stream_options',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'text',
  'reasoning',
  'truncation',
  'user',
  'safety_identifier',
  'metadata',
  'store',
  'service_tier',
  'background',
  'previous_response_id',
  'prompt_cache_key',
  'prompt_cache_retention',
  'include',
  'conversation',
  'prompt',
  'drop_tuning_params',
]);

/** What the gateway gives without being asked, or reads as a parameter. */
const KNOWN_INCLUDES: ReadonlySet<unknown> = new Set([INCLUDE_LOGPROBS, INCLUDE_REASONING_STATE]);

/** Names of what OpenAI keeps for the client: another provider would answer without it, and so to something else. */
const STORED_NAMES = ['conversation', 'prompt'] as const;

/**
 * Reads a Responses request.
 *
 * @throws RequestUnreadableError for a body that OpenAI would refuse.
 */
export function readRequest(body: JsonObject): ModelRequest {
  const instructions = readOptional(body, 'instructions', asString, 'must be a string');
  const { messages, tools, skippedTypes } = readInput(body['input'] ?? (isStored(body) ? [] : undefined));
  return {
    streams: isTruthy(body['stream']),
    messages: [...readInstructions(instructions), ...readStored(body), ...messages],
    tools: withFoundTools(readTools(body['tools']), tools),
    parameters: readParameters(body),
    unknownNames: [...readUnknownNames(body), ...skippedTypes.map((type) => `input.${type}`)],
  };
}

function readInstructions(instructions: string | undefined): readonly Message[] {
  if (instructions === undefined || instructions === '') return [];
  return [{ role: 'system', parts: [{ kind: 'text', text: instructions }] }];
}

/** A stored prompt and a stored conversation, as parts that no other dialect takes. */
function readStored(body: JsonObject): readonly Message[] {
  return STORED_NAMES.flatMap((name): readonly Message[] => {
    const value = body[name];
    if (value === undefined || value === null) return [];
    return [{ role: 'user', parts: [{ kind: 'unknown', type: name, value }] }];
  });
}

/** True when the request need not have an input, because something stored stands in for it. */
function isStored(body: JsonObject): boolean {
  return ['prompt', 'conversation', 'previous_response_id'].some((name) => (body[name] ?? null) !== null);
}

function readUnknownNames(body: JsonObject): readonly string[] {
  const names = Object.keys(body).filter((name) => !KNOWN_NAMES.has(name) && (body[name] ?? null) !== null);
  const includes = asList(body['include']) ?? [];
  return includes.every((include) => KNOWN_INCLUDES.has(include)) ? names : [...names, 'include'];
}
