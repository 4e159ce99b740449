import { asNonEmptyString } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { MediaPart } from '../../spec/part.js';

const FORMAT_DEFAULT = 'png';

/** Reads an `image_generation_call`; undefined when it has no image. */
export function readImageCall(item: JsonObject): MediaPart | undefined {
  const base64 = asNonEmptyString(item['result']);
  if (base64 === undefined) return undefined;
  const format = asNonEmptyString(item['output_format']) ?? FORMAT_DEFAULT;
  const mediaType = format === 'svg' ? 'image/svg+xml' : `image/${format}`;
  return { kind: 'media', medium: 'image', source: { kind: 'data', mediaType, base64 } };
}

/** The `output_format` of an image of this media type. */
export function imageFormatOf(mediaType: string): string {
  return mediaType.replace(/^image\//, '').replace(/\+xml$/, '');
}
