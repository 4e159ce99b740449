import type { JsonObject } from '../../spec/json.js';
import type { MediaSource } from '../../spec/part.js';
import { writeDataUri } from './data-uri.js';

/** Writes an image that a model made, as OpenRouter has it in `images` of a message. */
export function writeImage(source: Exclude<MediaSource, { readonly kind: 'file' }>): JsonObject {
  const url = source.kind === 'data' ? writeDataUri(source) : source.url;
  return { type: 'image_url', image_url: { url } };
}
