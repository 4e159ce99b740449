import { asList, asNonEmptyString, asObject } from '../../json/read-json.js';
import type { Json } from '../../spec/json.js';
import type { MediaPart, MediaSource } from '../../spec/part.js';
import { isDataUri, readDataUri } from './data-uri.js';

/** The answer does not say in what format it speaks; this is what it is unless the client asked for another. */
const AUDIO_MEDIA_TYPE = 'audio/wav';

/** Reads images that the model made, from a message's `images` as OpenRouter has them. */
export function readMadeImages(value: Json | undefined): readonly MediaPart[] {
  return (asList(value) ?? []).flatMap((image) => {
    const holder = asObject(image)?.['image_url'];
    const url = asNonEmptyString(holder) ?? asNonEmptyString(asObject(holder)?.['url']);
    const source = url === undefined ? undefined : readSource(url);
    return source === undefined ? [] : [{ kind: 'media', medium: 'image', source } as const];
  });
}

/** Reads what the model spoke, from a message's `audio`. */
export function readMadeAudio(value: Json | undefined): readonly MediaPart[] {
  const base64 = asNonEmptyString(asObject(value)?.['data']);
  if (base64 === undefined) return [];
  return [{ kind: 'media', medium: 'audio', source: { kind: 'data', mediaType: AUDIO_MEDIA_TYPE, base64 } }];
}

function readSource(url: string): MediaSource | undefined {
  if (!isDataUri(url)) return { kind: 'url', url };
  const data = readDataUri(url);
  return data === undefined ? undefined : { kind: 'data', ...data };
}
