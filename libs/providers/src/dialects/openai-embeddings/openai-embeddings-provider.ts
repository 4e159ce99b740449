import { asCount, asList, asObject, compact } from '../../json/read-json.js';
import type { EmbeddingsAnswer, EmbeddingsRequest, ProviderEmbeddingsCodec } from '../../spec/embeddings.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError, type LossReport } from '../../spec/loss-report.js';
import { readError } from '../openai-chat/read-error.js';
import { readInputTokens } from './embeddings-usage.js';
import { readFloat32Base64 } from './float32-base64.js';
import { EMBEDDING_INPUTS_MAX } from './read-request.js';

/** The provider's side of OpenAI embeddings, for clients of other dialects. */
export const openAiEmbeddingsProvider: ProviderEmbeddingsCodec = {
  inputsMax: EMBEDDING_INPUTS_MAX,
  writeRequest,
  readAnswer,
  readError,
};

function writeRequest(
  { inputs, dimensions, user, taskType, title }: EmbeddingsRequest,
  { model, losses }: { readonly model: string; readonly losses: LossReport },
): JsonObject {
  if (taskType !== undefined) losses.drop('task_type', 'the model does not ask what the vectors are for');
  if (title !== undefined) losses.drop('title', 'the model takes no titles');
  return compact({ model, input: inputs as readonly Json[], encoding_format: 'float', dimensions, user });
}

function readAnswer(body: JsonObject): EmbeddingsAnswer {
  const vectors = (asList(body['data']) ?? []).map((entry, position) => readVector(entry, position));
  if (vectors.length === 0) throw new AnswerUnreadableError('The answer has no vectors.');
  const inOrder = [...vectors].sort((left, right) => left.index - right.index);
  return { vectors: inOrder.map(({ vector }) => vector), inputTokens: readInputTokens(body['usage']) };
}

function readVector(value: Json, position: number): { readonly index: number; readonly vector: readonly number[] } {
  const entry = asObject(value);
  const { embedding } = entry ?? {};
  const vector = typeof embedding === 'string' ? readFloat32Base64(embedding) : readNumbers(embedding);
  if (vector === undefined) throw new AnswerUnreadableError(`The answer's vector ${position} cannot be read.`);
  return { index: asCount(entry?.['index']) ?? position, vector };
}

function readNumbers(value: Json | undefined): readonly number[] | undefined {
  const list = asList(value);
  const numbers = list?.filter((item) => typeof item === 'number');
  return numbers === undefined || numbers.length === 0 || numbers.length !== list?.length ? undefined : numbers;
}
