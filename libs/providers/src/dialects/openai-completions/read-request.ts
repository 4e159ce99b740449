import { asList } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { ModelRequest } from '../../spec/model-request.js';
import { readSamplingParameters } from '../openai-chat/read-parameters.js';
import { StrictMembers } from '../openai-chat/strict-members.js';
import { isTruthy } from '../../json/is-truthy.js';
import { unknownNames } from '../openai-chat/unknown-names.js';

const KNOWN_NAMES: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'stream',
  'stream_options',
  'suffix',
  'echo',
  'best_of',
  'logprobs',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'presence_penalty',
  'frequency_penalty',
  'seed',
  'n',
  'logit_bias',
  'user',
  'drop_tuning_params',
]);

/**
 * Reads a legacy completions request as a conversation of one user message.
 *
 * @throws RequestUnreadableError for a body that OpenAI would refuse, and for what a model of conversations cannot do:
 *   it answers a prompt, it does not continue a text.
 */
export function readRequest(body: JsonObject): ModelRequest {
  assertConversational(new StrictMembers(body));
  return {
    streams: isTruthy(body['stream']),
    messages: [{ role: 'user', parts: [{ kind: 'text', text: readPrompt(body['prompt']) }] }],
    tools: [],
    parameters: readSamplingParameters(body),
    unknownNames: unknownNames(body, KNOWN_NAMES),
  };
}

function readPrompt(prompt: Json | undefined): string {
  if (typeof prompt === 'string') return prompt;
  const prompts = asList(prompt);
  if (prompts === undefined) throw unreadable('must be a string');
  const [only] = prompts;
  if (only === undefined) throw unreadable('must not be empty');
  if (typeof only === 'number' || Array.isArray(only)) {
    throw unreadable('holds tokens, whose meaning depends on the model; send text');
  }
  if (typeof only !== 'string') throw unreadable('must be a string or a list of strings');
  if (prompts.length > 1) throw unreadable('holds several prompts, of which this model answers one at a time');
  return only;
}

function assertConversational(body: StrictMembers): void {
  const suffix = body.string('suffix');
  if (suffix !== undefined && suffix !== '') throw body.error('suffix', 'needs a model that fills in text');
  if (body.boolean('echo') === true) throw body.error('echo', 'cannot be done by a model that answers');
  if ((body.integer('best_of') ?? 1) > 1) throw body.error('best_of', 'must be 1 for this model');
  if (body.number('logprobs') !== undefined) {
    throw body.error('logprobs', 'cannot be given for this model in the shape of legacy completions');
  }
}

function unreadable(problem: string): RequestUnreadableError {
  return new RequestUnreadableError('prompt', problem);
}
