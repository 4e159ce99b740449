import type { JsonObject } from '../../spec/json.js';
import type { WriteContext } from '../../spec/codec.js';
import { compact } from '../../json/read-json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { MediaPart, TextPart, UnknownPart } from '../../spec/part.js';
import { writeDataUrl } from './data-url.js';

const AUDIO_FORMATS: ReadonlyMap<string, string> = new Map([
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
  ['audio/wav', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/wave', 'wav'],
]);

/** OpenAI wants a name for a file that comes with its bytes. */
const FILE_NAME_DEFAULT = 'document';

/**
 * Writes what a user, an operator or a tool says as a block of input.
 *
 * @throws UnsupportedFieldError for a medium that the model cannot take, and for a block of another dialect.
 */
export function writeInputBlock(
  part: TextPart | MediaPart | UnknownPart,
  field: string,
  context: WriteContext,
): JsonObject {
  if (part.kind === 'unknown') {
    throw new UnsupportedFieldError(field, `"${part.type}" has no equivalent in OpenAI Responses`);
  }
  if (part.cacheMark !== undefined) context.losses.drop('cache_control', 'OpenAI caches prompts by itself');
  if (part.kind === 'text') return { type: 'input_text', text: part.text };
  const { input } = context.capabilities;
  if (input !== undefined && !input.includes(part.medium)) {
    throw new UnsupportedFieldError(field, `the model takes no ${part.medium}`);
  }
  switch (part.medium) {
    case 'image':
      return writeImage(part, field);
    case 'document':
      return writeFile(part, field);
    case 'audio':
      return writeAudio(part, field);
    case 'video':
      throw new UnsupportedFieldError(field, 'OpenAI Responses takes no video');
  }
}

function writeImage({ source, detail }: MediaPart, field: string): JsonObject {
  const type = { type: 'input_image', detail: detail ?? 'auto' };
  if (source.kind === 'file') return { ...type, file_id: ownFileId(source.fileId, field) };
  return { ...type, image_url: source.kind === 'url' ? source.url : writeDataUrl(source) };
}

function writeFile({ source, name }: MediaPart, field: string): JsonObject {
  if (source.kind === 'file') return { type: 'input_file', file_id: ownFileId(source.fileId, field) };
  if (source.kind === 'url') return compact({ type: 'input_file', filename: name, file_url: source.url });
  return { type: 'input_file', filename: name ?? defaultFileName(source.mediaType), file_data: writeDataUrl(source) };
}

function writeAudio({ source }: MediaPart, field: string): JsonObject {
  const format = source.kind === 'data' ? AUDIO_FORMATS.get(source.mediaType) : undefined;
  if (source.kind !== 'data' || format === undefined) {
    throw new UnsupportedFieldError(field, 'OpenAI takes audio only as mp3 or wav bytes');
  }
  return { type: 'input_audio', input_audio: { data: source.base64, format } };
}

/** Files of OpenAI are told from those of other vendors by the form of their ids: `file-…`, not `file_…` or a URI. */
function ownFileId(fileId: string, field: string): string {
  if (fileId.startsWith('file-')) return fileId;
  throw new UnsupportedFieldError(field, 'the file was uploaded to another provider');
}

function defaultFileName(mediaType: string): string {
  if (mediaType === 'text/plain') return `${FILE_NAME_DEFAULT}.txt`;
  const subtype = mediaType.slice(mediaType.indexOf('/') + 1);
  return `${FILE_NAME_DEFAULT}.${/^[a-z0-9]{1,8}$/.test(subtype) ? subtype : 'pdf'}`;
}
