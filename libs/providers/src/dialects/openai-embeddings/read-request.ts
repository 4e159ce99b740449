import { asCount, asList, compact } from '../../json/read-json.js';
import type { EmbeddingInput, EmbeddingsRequest } from '../../spec/embeddings.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import { StrictMembers } from '../openai-chat/strict-members.js';
import { unknownNames } from '../openai-chat/unknown-names.js';

/** Most inputs of one request, as OpenAI has it. */
export const EMBEDDING_INPUTS_MAX = 2048;

const KNOWN_NAMES: ReadonlySet<string> = new Set([
  'model',
  'input',
  'dimensions',
  'encoding_format',
  'user',
  'task_type',
  'title',
  'drop_tuning_params',
]);
const INPUT_PROBLEM = 'must be a string, a list of strings, a list of tokens, or a list of lists of tokens';

/**
 * Reads an embeddings request. `task_type` and `title` are not OpenAI's; they reach models that ask what the vectors are
 * for.
 *
 * @throws RequestUnreadableError for a body that OpenAI would refuse.
 */
export function readRequest(body: JsonObject): EmbeddingsRequest {
  const members = new StrictMembers(body);
  return compact({
    inputs: readInputs(body['input']),
    dimensions: members.positiveInteger('dimensions'),
    encoding: members.word('encoding_format', ['float', 'base64'] as const) ?? 'float',
    user: members.string('user'),
    taskType: members.string('task_type'),
    title: members.string('title'),
    unknownNames: unknownNames(body, KNOWN_NAMES),
  });
}

function readInputs(input: Json | undefined): readonly EmbeddingInput[] {
  if (typeof input === 'string') return [nonEmptyText(input, 'input')];
  const list = asList(input);
  if (list === undefined) throw new RequestUnreadableError('input', INPUT_PROBLEM);
  if (list.length === 0) throw new RequestUnreadableError('input', 'must not be empty');
  if (typeof list[0] === 'number') return [readTokens(list, 'input')];
  if (list.length > EMBEDDING_INPUTS_MAX) {
    throw new RequestUnreadableError('input', `must not hold more than ${EMBEDDING_INPUTS_MAX} inputs`);
  }
  const holdsText = typeof list[0] === 'string';
  return list.map((item, index) => {
    const path = `input.${index}`;
    if (typeof item === 'string' && holdsText) return nonEmptyText(item, path);
    const tokens = asList(item);
    if (tokens === undefined || holdsText) throw new RequestUnreadableError(path, INPUT_PROBLEM);
    return readTokens(tokens, path);
  });
}

function readTokens(tokens: readonly Json[], path: string): readonly number[] {
  if (tokens.length === 0) throw new RequestUnreadableError(path, 'must not be empty');
  return tokens.map((item, index) => {
    const token = asCount(item);
    if (token === undefined) throw new RequestUnreadableError(`${path}.${index}`, 'must be the number of a token');
    return token;
  });
}

function nonEmptyText(text: string, path: string): string {
  if (text === '') throw new RequestUnreadableError(path, 'must not be empty');
  return text;
}
