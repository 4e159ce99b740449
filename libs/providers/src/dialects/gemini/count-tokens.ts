import { asCount, asObject, compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import type { ModelRequest } from '../../spec/model-request.js';
import { modelResource } from './model-resource.js';
import { readMember } from './read-member.js';
import { readGeminiModelRequest } from './read-request.js';
import { writeGeminiRequest } from './write-request.js';

/** Members that only Vertex's own `countTokens` knows; the Gemini API takes a whole request instead. */
const VERTEX_MEMBERS = ['contents', 'systemInstruction', 'tools', 'generationConfig'] as const;

/**
 * Reads the body of a client's `countTokens` request: `contents` alone, or a whole `generateContentRequest`.
 *
 * @throws RequestUnreadableError for a body that Google would refuse.
 */
export function readCountTokensRequest(body: JsonObject): ModelRequest {
  return readGeminiModelRequest(asObject(readMember(body, 'generateContentRequest')) ?? body);
}

/**
 * Writes the body that asks Google how many tokens `request` has. The Gemini API counts instructions and tools only
 * inside of `generateContentRequest`, which names the model again; Vertex has no such member and takes them beside
 * `contents`.
 *
 * @throws UnsupportedFieldError for content that Gemini cannot be given.
 */
export function writeCountTokensRequest(
  request: ModelRequest,
  context: WriteContext,
  platform: 'gemini-api' | 'vertex' = 'gemini-api',
): JsonObject {
  const body = writeGeminiRequest(request, context);
  if (platform === 'gemini-api') return { generateContentRequest: { model: modelResource(context.model), ...body } };
  return compact(Object.fromEntries(VERTEX_MEMBERS.map((name) => [name, body[name]])));
}

/**
 * Reads how many tokens Google counted.
 *
 * @throws AnswerUnreadableError when the body says no number.
 */
export function readCountTokensAnswer(body: JsonObject): number {
  const total = asCount(body['totalTokens']);
  if (total === undefined) throw new AnswerUnreadableError('the body does not say how many tokens there are');
  return total;
}

/** Writes a number of tokens as Google does. */
export function writeCountTokensAnswer(totalTokens: number): JsonObject {
  return { totalTokens };
}
