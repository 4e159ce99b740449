import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError, type LossReport } from '../../spec/loss-report.js';
import type { MediaPart, MediaSource } from '../../spec/part.js';
import { writeCacheMark } from './cache-control.js';
import { PDF } from './read-media-part.js';

const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);
/** What Anthropic takes as plain text: text of any kind, and JSON. */
const TEXT_TYPE = /^(text\/|application\/json\b)/;
/** How the ids of Anthropic's own files begin. */
const FILE_ID = /^file_/;

/**
 * Writes an image or a document.
 *
 * @throws UnsupportedFieldError for sound, video, kinds of files that Anthropic cannot read, and files of other vendors.
 */
export function writeMedia(part: MediaPart, losses: LossReport): JsonObject {
  if (part.detail !== undefined) losses.drop('messages.content.detail', 'Anthropic chooses the detail itself');
  if (part.medium === 'image') return { type: 'image', source: writeImageSource(part.source), ...writeCacheMark(part) };
  if (part.medium !== 'document') throw unsupported(`Anthropic reads no ${part.medium}`);
  const title = part.name === undefined ? {} : { title: part.name };
  return { type: 'document', source: writeDocumentSource(part.source), ...title, ...writeCacheMark(part) };
}

function writeImageSource(source: MediaSource): JsonObject {
  if (source.kind !== 'data') return writeReference(source);
  if (!IMAGE_TYPES.has(source.mediaType)) throw unsupported(`Anthropic reads no ${source.mediaType}`);
  return { type: 'base64', media_type: source.mediaType, data: source.base64 };
}

function writeDocumentSource(source: MediaSource): JsonObject {
  if (source.kind !== 'data') return writeReference(source);
  if (source.mediaType === PDF) return { type: 'base64', media_type: PDF, data: source.base64 };
  if (!TEXT_TYPE.test(source.mediaType)) throw unsupported(`Anthropic reads no ${source.mediaType}`);
  return { type: 'text', media_type: 'text/plain', data: Buffer.from(source.base64, 'base64').toString('utf8') };
}

function writeReference(source: Exclude<MediaSource, { readonly kind: 'data' }>): JsonObject {
  if (source.kind === 'url') return { type: 'url', url: source.url };
  if (!FILE_ID.test(source.fileId)) throw unsupported('the file was uploaded to another provider');
  return { type: 'file', file_id: source.fileId };
}

function unsupported(reason: string): UnsupportedFieldError {
  return new UnsupportedFieldError('messages.content', reason);
}
