import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { MediaPart, MediaSource } from '../../spec/part.js';
import { audioFormatOfMediaType } from './audio-format.js';
import { writeDataUri } from './data-uri.js';

/** OpenAI wants a name with a file's bytes. */
const DEFAULT_FILE_NAMES: Readonly<Record<string, string>> = { 'application/pdf': 'document.pdf' };
const DEFAULT_FILE_NAME = 'document';
const TEXT_DOCUMENT = /^(text\/|application\/(json|xml)\b)/;
/** How OpenAI names the files that were uploaded to it. */
const OPENAI_FILE_ID = /^file-/;

/**
 * Writes a medium of a user's message as a content part.
 *
 * @throws UnsupportedFieldError for what the model cannot read or the format has no place for.
 */
export function writeMedia(part: MediaPart, context: WriteContext): JsonObject {
  const { source } = part;
  if (part.medium === 'document') return writeDocument(part, context);
  assertReadable(part.medium, context);
  if (part.medium === 'audio') return writeAudio(source);
  const url = urlOf(source, part.medium);
  if (part.medium === 'video') return { type: 'video_url', video_url: { url } };
  return { type: 'image_url', image_url: compact({ url, detail: part.detail }) };
}

function writeAudio(source: MediaSource): JsonObject {
  if (source.kind !== 'data') {
    throw new UnsupportedFieldError('messages.content.input_audio', 'sound can only be given with its bytes');
  }
  const format = audioFormatOfMediaType(source.mediaType);
  return { type: 'input_audio', input_audio: { data: source.base64, format } };
}

/** A document of plain text goes as text, which every model reads; others need a model that reads files. */
function writeDocument({ source, name }: MediaPart, context: WriteContext): JsonObject {
  if (source.kind === 'data' && TEXT_DOCUMENT.test(source.mediaType)) {
    const text = Buffer.from(source.base64, 'base64').toString('utf8');
    return { type: 'text', text: name === undefined ? text : `${name}:\n${text}` };
  }
  assertReadable('document', context);
  switch (source.kind) {
    case 'data': {
      const filename = name ?? DEFAULT_FILE_NAMES[source.mediaType] ?? DEFAULT_FILE_NAME;
      return { type: 'file', file: { filename, file_data: writeDataUri(source) } };
    }
    case 'file':
      if (context.stateFamily === 'openai' && OPENAI_FILE_ID.test(source.fileId)) {
        return { type: 'file', file: { file_id: source.fileId } };
      }
      throw new UnsupportedFieldError('messages.content.file', 'the file was not uploaded to this provider');
    case 'url':
      throw new UnsupportedFieldError('messages.content.file', 'a document can only be given with its bytes');
  }
}

function urlOf(source: MediaSource, medium: MediaPart['medium']): string {
  if (source.kind === 'data') return writeDataUri(source);
  if (source.kind === 'url') return source.url;
  throw new UnsupportedFieldError(`messages.content.${medium}_url`, 'the file was not uploaded to this provider');
}

function assertReadable(medium: MediaPart['medium'], { capabilities, model }: WriteContext): void {
  if (capabilities.input === undefined || capabilities.input.includes(medium)) return;
  throw new UnsupportedFieldError('messages.content', `the model ${model} reads no ${medium}`);
}
