import { asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { MediaPart, MediaSource } from '../../spec/part.js';
import { readDataUrl } from './data-url.js';
import { readCacheMark } from './read-cache-mark.js';

const DETAILS = ['low', 'high', 'auto', 'original'] as const;

const AUDIO_TYPES: ReadonlyMap<string, string> = new Map([
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
]);

const DOCUMENT_TYPE_DEFAULT = 'application/pdf';

/**
 * Reads a content block that is an image, a file or a sound; undefined for any other block.
 *
 * @throws RequestUnreadableError when the block does not say where its bytes are.
 */
export function readMedia(block: JsonObject, path: string): MediaPart | undefined {
  switch (block['type']) {
    case 'input_image':
      return readImage(block, path);
    case 'input_file':
      return readFile(block, path);
    case 'input_audio':
      return readAudio(block, path);
    default:
      return undefined;
  }
}

function readImage(block: JsonObject, path: string): MediaPart {
  const url = asNonEmptyString(block['image_url']);
  const source = url === undefined ? readFileId(block) : readUrl(url, `${path}.image_url`);
  if (source === undefined) throw new RequestUnreadableError(`${path}.image_url`, 'must be a URL, or file_id be given');
  return compact({
    kind: 'media' as const,
    medium: 'image' as const,
    source,
    detail: DETAILS.find((detail) => detail === block['detail']),
    cacheMark: readCacheMark(block),
  });
}

function readFile(block: JsonObject, path: string): MediaPart {
  const data = asNonEmptyString(block['file_data']);
  const url = asNonEmptyString(block['file_url']);
  const source =
    (data === undefined ? undefined : readFileData(data, path)) ??
    (url === undefined ? undefined : readUrl(url, `${path}.file_url`)) ??
    readFileId(block);
  if (source === undefined) {
    throw new RequestUnreadableError(path, 'must have one of file_data, file_url and file_id');
  }
  return compact({
    kind: 'media' as const,
    medium: 'document' as const,
    source,
    name: asNonEmptyString(block['filename']),
    cacheMark: readCacheMark(block),
  });
}

function readAudio(block: JsonObject, path: string): MediaPart {
  const audio = asObject(block['input_audio']);
  const base64 = asNonEmptyString(audio?.['data']);
  const mediaType = AUDIO_TYPES.get(asNonEmptyString(audio?.['format']) ?? '');
  if (base64 === undefined) throw new RequestUnreadableError(`${path}.input_audio.data`, 'must be base64 text');
  if (mediaType === undefined) throw new RequestUnreadableError(`${path}.input_audio.format`, 'must be "mp3" or "wav"');
  return { kind: 'media', medium: 'audio', source: { kind: 'data', mediaType, base64 } };
}

/** OpenAI takes the bytes of a file as a data URL and as bare base64. */
function readFileData(data: string, path: string): MediaSource {
  if (data.startsWith('data:')) return readUrl(data, `${path}.file_data`);
  return { kind: 'data', mediaType: DOCUMENT_TYPE_DEFAULT, base64: data };
}

function readUrl(url: string, path: string): MediaSource {
  if (!url.startsWith('data:')) return { kind: 'url', url };
  const inline = readDataUrl(url);
  if (inline === undefined) throw new RequestUnreadableError(path, 'must be base64 when it is a data URL');
  return { kind: 'data', ...inline };
}

function readFileId(block: JsonObject): MediaSource | undefined {
  const fileId = asNonEmptyString(block['file_id']);
  return fileId === undefined ? undefined : { kind: 'file', fileId };
}
