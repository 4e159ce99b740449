import { asString, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { MediaPart, MediaSource } from '../../spec/part.js';
import { mediaTypeOfAudioFormat } from './audio-format.js';
import { isDataUri, readDataUri } from './data-uri.js';
import { readCacheMark } from './read-cache-mark.js';
import { StrictMembers } from './strict-members.js';

const READERS = { image_url: readImage, input_audio: readAudio, video_url: readVideo, file: readFile } as const;

/** A type of content part that holds a medium. `video_url` is not OpenAI's, but several vendors take it. */
export type MediaType = keyof typeof READERS;

const DETAILS = ['low', 'high', 'auto', 'original'] as const;
const MEDIA_TYPES_BY_ENDING: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['html', 'text/html'],
  ['json', 'application/json'],
]);
const DEFAULT_DOCUMENT_TYPE = 'application/pdf';

/** True for the `type` of a content part that {@link readMedia} reads. */
export function isMediaType(type: string): type is MediaType {
  return Object.hasOwn(READERS, type);
}

/** @throws RequestUnreadableError when the part lacks what its type needs. */
export function readMedia(type: MediaType, fields: JsonObject, path: string): MediaPart {
  return compact({ ...READERS[type](fields, path), cacheMark: readCacheMark(fields) });
}

function readImage(fields: JsonObject, path: string): MediaPart {
  const { url, members } = readUrl(fields, 'image_url', path);
  return compact({
    kind: 'media' as const,
    medium: 'image' as const,
    source: url,
    detail: members?.word('detail', DETAILS),
  });
}

function readVideo(fields: JsonObject, path: string): MediaPart {
  return { kind: 'media', medium: 'video', source: readUrl(fields, 'video_url', path).url };
}

function readAudio(fields: JsonObject, path: string): MediaPart {
  const audio = new StrictMembers(fields, path).requiredMembers('input_audio');
  const data = audio.requiredString('data');
  if (isDataUri(data)) return { kind: 'media', medium: 'audio', source: inlineSource(data, audio, 'data') };
  const mediaType = mediaTypeOfAudioFormat(audio.requiredString('format'));
  return { kind: 'media', medium: 'audio', source: { kind: 'data', mediaType, base64: data } };
}

function readFile(fields: JsonObject, path: string): MediaPart {
  const file = new StrictMembers(fields, path).requiredMembers('file');
  const name = file.string('filename');
  const source = readFileSource(file, name);
  return compact({ kind: 'media' as const, medium: mediumOf(source), source, name });
}

/** OpenAI wants a data URI; plain base64 and the address of a file are what other clients send. */
function readFileSource(file: StrictMembers, name: string | undefined): MediaSource {
  const data = file.string('file_data');
  if (data === undefined) return { kind: 'file', fileId: file.requiredString('file_id') };
  if (isDataUri(data)) return inlineSource(data, file, 'file_data');
  if (/^https?:/i.test(data)) return { kind: 'url', url: data };
  const ending = name?.slice(name.lastIndexOf('.') + 1).toLowerCase() ?? '';
  return { kind: 'data', mediaType: MEDIA_TYPES_BY_ENDING.get(ending) ?? DEFAULT_DOCUMENT_TYPE, base64: data };
}

/** An address in the shape `{name: {url}}`, or, as some clients write it, `{name: url}`. */
function readUrl(
  fields: JsonObject,
  name: string,
  path: string,
): { readonly url: MediaSource; readonly members?: StrictMembers } {
  const outer = new StrictMembers(fields, path);
  if (asString(fields[name]) !== undefined) return { url: addressSource(outer.requiredString(name), outer, name) };
  const members = outer.requiredMembers(name);
  return { url: addressSource(members.requiredString('url'), members, 'url'), members };
}

function addressSource(text: string, members: StrictMembers, name: string): MediaSource {
  return isDataUri(text) ? inlineSource(text, members, name) : { kind: 'url', url: text };
}

function inlineSource(text: string, members: StrictMembers, name: string): MediaSource {
  const data = readDataUri(text);
  if (data === undefined) throw members.error(name, 'is not a valid data URI');
  return { kind: 'data', ...data };
}

function mediumOf(source: MediaSource): MediaPart['medium'] {
  if (source.kind !== 'data') return 'document';
  const [type] = source.mediaType.split('/');
  return type === 'image' || type === 'audio' || type === 'video' ? type : 'document';
}
