import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { AssistantPart, MediaPart } from '../../spec/part.js';
import { writeImage } from './write-image.js';

/** Writes the images that a model made, as OpenRouter gives them in `images`. */
export function writeMadeImages(parts: readonly AssistantPart[]): readonly JsonObject[] {
  return parts.flatMap((part) => {
    if (part.kind !== 'media' || part.medium !== 'image' || part.source.kind === 'file') return [];
    return [writeImage(part.source)];
  });
}

/**
 * Writes what a model spoke as OpenAI's `audio`; undefined when it did not speak.
 *
 * @param transcript What it said, in words.
 */
export function writeMadeAudio(
  parts: readonly AssistantPart[],
  transcript: string,
  context: AnswerContext,
): JsonObject | undefined {
  const sound = parts.find((part): part is MediaPart => part.kind === 'media' && part.medium === 'audio');
  return sound?.source.kind === 'data' ? audioObject(sound.source.base64, transcript, context) : undefined;
}

/** OpenAI's audio object. It expires at once: the answer is not kept, so its id refers to nothing. */
export function audioObject(base64: string, transcript: string, context: AnswerContext): JsonObject {
  return {
    id: `audio_${context.fallbackId}`,
    data: base64,
    expires_at: context.createdAtSeconds,
    transcript,
  };
}
