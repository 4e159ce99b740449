import { asList, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { MediaPart, RefusalPart, TextPart, ToolResultPart, UnknownPart, UserPart } from '../../spec/part.js';
import { readCacheMark } from './read-cache-mark.js';
import { isMediaType, readMedia } from './read-media.js';
import { StrictMembers } from './strict-members.js';

/** What the content of a message may hold. */
export type ContentPart = TextPart | MediaPart | RefusalPart | UnknownPart;

/**
 * Reads a message's `content`: a string, or a list of parts. A part of a type that is not known is kept as it is.
 *
 * @throws RequestUnreadableError for anything else, and for a part of a known type that lacks what it needs.
 */
export function readContent(content: Json | undefined, path: string): readonly ContentPart[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  const list = asList(content);
  if (list === undefined) throw new RequestUnreadableError(path, 'must be a string or a list');
  if (list.length === 0) throw new RequestUnreadableError(path, 'must not be empty');
  return list.map((part, index) => readPart(part, `${path}.${index}`));
}

/** Reads the content of a message that may hold text only. */
export function readTextContent(content: Json | undefined, path: string): readonly TextPart[] {
  return readContent(content, path).map((part, index) => {
    if (part.kind === 'text') return part;
    throw new RequestUnreadableError(`${path}.${index}.type`, 'must be "text"');
  });
}

/** Reads the content of a user's message. */
export function readUserContent(content: Json | undefined, path: string): readonly UserPart[] {
  return readContent(content, path).map((part, index) => {
    if (part.kind !== 'refusal') return part;
    throw new RequestUnreadableError(`${path}.${index}.type`, 'must not be "refusal"');
  });
}

/** Reads what a tool answered: text, and media where a client gives them. */
export function readToolContent(content: Json | undefined, path: string): ToolResultPart['content'] {
  return readContent(content, path).map((part, index) => {
    if (part.kind === 'text' || part.kind === 'media') return part;
    throw new RequestUnreadableError(`${path}.${index}.type`, 'must be "text"');
  });
}

function readPart(value: Json, path: string): ContentPart {
  if (typeof value === 'string') return { kind: 'text', text: value };
  const fields = asObject(value);
  if (fields === undefined) throw new RequestUnreadableError(path, 'must be an object');
  const type = asString(fields['type']);
  if (type === undefined) throw new RequestUnreadableError(`${path}.type`, 'must be a string');
  if (isMediaType(type)) return readMedia(type, fields, path);
  if (type === 'text') return readText(fields, path);
  if (type === 'refusal') return { kind: 'refusal', text: requiredText(fields, 'refusal', path) };
  return { kind: 'unknown', type, value: fields };
}

function readText(fields: JsonObject, path: string): TextPart {
  return compact({
    kind: 'text' as const,
    text: requiredText(fields, 'text', path),
    cacheMark: readCacheMark(fields),
  });
}

/** Text that must be there but may be empty. */
function requiredText(fields: JsonObject, name: string, path: string): string {
  const members = new StrictMembers(fields, path);
  const text = members.string(name);
  if (text === undefined) throw members.error(name, 'must be a string');
  return text;
}
