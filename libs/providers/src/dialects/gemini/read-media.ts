import { asNonEmptyString, asObject } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { MediaPart, MediaSource } from '../../spec/part.js';
import { readMember } from './read-member.js';

/** What a file's URI begins with when it was uploaded to Google's Files API. */
export const FILES_API_PREFIX = 'https://generativelanguage.googleapis.com/';

/** Anything of Google's that may be a medium: `inlineData` holds bytes, `fileData` says where they are. */
export interface MediaCarrier {
  readonly inlineData: JsonObject | undefined;
  readonly fileData: JsonObject | undefined;
}

/** The members of a part that make it a medium, or undefined for a part of another kind. */
export function mediaCarrier(part: JsonObject): MediaCarrier | undefined {
  const inlineData = asObject(readMember(part, 'inlineData'));
  const fileData = asObject(readMember(part, 'fileData'));
  return inlineData === undefined && fileData === undefined ? undefined : { inlineData, fileData };
}

/** @throws RequestUnreadableError when the medium has no bytes, no type or no URI. */
export function readMedia({ inlineData, fileData }: MediaCarrier, field: string): MediaPart {
  if (inlineData !== undefined) {
    const mediaType = required(readMember(inlineData, 'mimeType'), `${field}.inlineData.mimeType`);
    const base64 = toStandardBase64(required(readMember(inlineData, 'data'), `${field}.inlineData.data`));
    return mediaPart({ kind: 'data', mediaType, base64 }, mediaType, readMember(inlineData, 'displayName'));
  }
  const file = fileData ?? {};
  const uri = required(readMember(file, 'fileUri'), `${field}.fileData.fileUri`);
  const mediaType = asNonEmptyString(readMember(file, 'mimeType'));
  return mediaPart(sourceOf(uri, mediaType), mediaType, readMember(file, 'displayName'));
}

/** A medium of an answer; undefined when it is not whole. */
export function readAnswerMedia(carrier: MediaCarrier): MediaPart | undefined {
  try {
    return readMedia(carrier, 'part');
  } catch {
    return undefined;
  }
}

/** True for an address of a YouTube video, which Gemini watches itself. */
export function isYouTubeUrl(url: string): boolean {
  return /^https:\/\/(?:(?:www|m)\.)?(?:youtube\.com\/|youtu\.be\/)/.test(url);
}

function mediaPart(source: MediaSource, mediaType: string | undefined, name: Json | undefined): MediaPart {
  const displayName = asNonEmptyString(name);
  const medium = source.kind === 'url' && isYouTubeUrl(source.url) ? 'video' : mediumOf(mediaType);
  return { kind: 'media', medium, source, ...(displayName === undefined ? {} : { name: displayName }) };
}

function mediumOf(mediaType: string | undefined): MediaPart['medium'] {
  const type = mediaType?.slice(0, mediaType.indexOf('/')).toLowerCase();
  return type === 'image' || type === 'audio' || type === 'video' ? type : 'document';
}

function sourceOf(uri: string, mediaType: string | undefined): MediaSource {
  const type = mediaType === undefined ? {} : { mediaType };
  return uri.startsWith(FILES_API_PREFIX) ? { kind: 'file', fileId: uri, ...type } : { kind: 'url', url: uri, ...type };
}

/** Google reads both alphabets of base64; other vendors read the standard one. */
function toStandardBase64(text: string): string {
  if (!text.includes('-') && !text.includes('_')) return text;
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  return standard.padEnd(Math.ceil(standard.length / 4) * 4, '=');
}

function required(value: Json | undefined, field: string): string {
  const text = asNonEmptyString(value);
  if (text === undefined) throw new RequestUnreadableError(field, 'must be a string with something in it');
  return text;
}
