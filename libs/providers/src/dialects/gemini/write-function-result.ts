import { parseObject } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { MediaPart, ToolResultPart } from '../../spec/part.js';
import { traitsOf } from './model-traits.js';
import { writeMedia } from './write-media.js';

/** Types of media that a function response may hold (Gemini 3). Source: Gemini API, "Multimodal function responses". */
const NESTABLE = /^(?:image\/(?:png|jpeg|webp)|application\/pdf|text\/plain)$/;

/** A tool's result as Gemini takes it. */
export interface WrittenResult {
  readonly part: JsonObject;
  /** Media that cannot stand inside of the response; the user shows them behind all responses of the turn. */
  readonly beside: readonly JsonObject[];
}

/**
 * Writes a tool's result as a `functionResponse` for function `name`. Text that is a JSON object becomes the response
 * itself, any other text stands in `output`, and what a failed tool said stands in `error`.
 */
export function writeFunctionResult(result: ToolResultPart, name: string, context: WriteContext): WrittenResult {
  const traits = traitsOf(context.model);
  const texts = result.content.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  const media = result.content.filter((part) => part.kind === 'media');
  const nested = traits.isThirdGeneration ? media.filter(isNestable) : [];
  const beside = media.filter((part) => !nested.includes(part));
  const functionResponse = {
    ...(traits.isThirdGeneration ? { id: result.callId } : {}),
    name,
    response: responseOf(texts.join('\n'), result.isError === true),
    ...(nested.length === 0 ? {} : { parts: nested.map((part) => writeMedia(part, context)) }),
  };
  return { part: { functionResponse }, beside: beside.map((part) => writeMedia(part, context)) };
}

function responseOf(text: string, isError: boolean): JsonObject {
  if (isError) return { error: text };
  return parseObject(text) ?? { output: text };
}

function isNestable({ source }: MediaPart): boolean {
  return source.kind === 'data' && NESTABLE.test(source.mediaType);
}
