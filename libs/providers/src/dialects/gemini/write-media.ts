import type { JsonObject } from '../../spec/json.js';
import type { WriteContext } from '../../spec/codec.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { MediaPart, MediaSource } from '../../spec/part.js';
import { traitsOf } from './model-traits.js';
import { FILES_API_PREFIX, isYouTubeUrl } from './read-media.js';

/** Types by the endings of file names, for media that are given by URL without a type. */
const TYPE_BY_ENDING: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
  ['heic', 'image/heic'],
  ['heif', 'image/heif'],
  ['bmp', 'image/bmp'],
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['md', 'text/plain'],
  ['html', 'text/html'],
  ['csv', 'text/csv'],
  ['json', 'application/json'],
  ['mp3', 'audio/mp3'],
  ['wav', 'audio/wav'],
  ['ogg', 'audio/ogg'],
  ['flac', 'audio/flac'],
  ['aac', 'audio/aac'],
  ['mp4', 'video/mp4'],
  ['mpeg', 'video/mpeg'],
  ['mov', 'video/quicktime'],
  ['webm', 'video/webm'],
]);

/**
 * Writes a medium as a part: bytes as `inlineData`, anything else as `fileData`.
 *
 * Google itself fetches public https URLs since 2026 (models from 2.5 on), `gs://` objects, YouTube videos and files of
 * its own Files API; the gateway fetches nothing for it. A URL whose type is unknown goes without one: the Gemini API
 * then asks the server, while Vertex refuses it in its own words.
 *
 * @throws UnsupportedFieldError for a medium that the model cannot be given.
 */
export function writeMedia(part: MediaPart, context: WriteContext): JsonObject {
  const field = `messages.content.${part.medium}`;
  const { input } = context.capabilities;
  if (input !== undefined && !input.includes(part.medium)) {
    throw new UnsupportedFieldError(field, `${context.model} does not read it`);
  }
  if (part.detail !== undefined && part.detail !== 'auto') {
    context.losses.drop('messages.content.detail', 'Gemini chooses the resolution of an image by itself');
  }
  const { source } = part;
  if (source.kind === 'data') return { inlineData: { mimeType: source.mediaType, data: source.base64 } };
  const uri = source.kind === 'file' ? fileUri(source.fileId, field) : fetchableUrl(source.url, field, context);
  const mimeType = source.mediaType ?? typeOfUrl(source, uri);
  return { fileData: { ...(mimeType === undefined ? {} : { mimeType }), fileUri: uri } };
}

/** Files of Google's have the form `files/abc`, alone or behind the address of the API. */
function fileUri(fileId: string, field: string): string {
  if (fileId.startsWith(FILES_API_PREFIX) || fileId.startsWith('gs://')) return fileId;
  if (fileId.startsWith('files/')) return `${FILES_API_PREFIX}v1beta/${fileId}`;
  throw new UnsupportedFieldError(field, 'the file was uploaded to another vendor, which Gemini cannot read');
}

function fetchableUrl(url: string, field: string, context: WriteContext): string {
  if (url.startsWith('gs://') || isYouTubeUrl(url)) return url;
  if (!url.startsWith('https://')) {
    throw new UnsupportedFieldError(field, 'Gemini fetches https URLs only; send the bytes instead');
  }
  if (!traitsOf(context.model).fetchesUrls) {
    throw new UnsupportedFieldError(field, `${context.model} does not fetch URLs; send the bytes instead`);
  }
  return url;
}

function typeOfUrl(source: MediaSource, uri: string): string | undefined {
  if (source.kind === 'file' || isYouTubeUrl(uri)) return undefined;
  const path = uri.split(/[?#]/, 1)[0] ?? '';
  return TYPE_BY_ENDING.get(/\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '');
}
