import { asList, asNonEmptyString, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { MediaPart, RefusalPart, TextPart, UnknownPart } from '../../spec/part.js';
import { readCacheMark } from './read-cache-mark.js';
import { readMedia } from './read-media.js';

/** What the content of a message may hold, whoever wrote it. */
export type ContentPart = TextPart | MediaPart | RefusalPart | UnknownPart;

/** Text is `input_text` or `output_text` by who wrote it; clients also send the other, or chat's `text`. */
const TEXT_TYPES: ReadonlySet<string> = new Set(['input_text', 'output_text', 'text']);

/**
 * Reads the content of a message: a text, or a list of blocks. A block that is not known is kept as it is.
 *
 * @throws RequestUnreadableError when it is neither, or when a block lacks what its type needs.
 */
export function readContent(content: Json | undefined, path: string): readonly ContentPart[] {
  const text = asString(content);
  if (text !== undefined) return [{ kind: 'text', text }];
  const blocks = asList(content);
  if (blocks === undefined) throw new RequestUnreadableError(path, 'must be a string or a list');
  return blocks.map((block, index) => readBlock(block, `${path}.${index}`));
}

/**
 * Reads content that may hold nothing but text.
 *
 * @throws RequestUnreadableError for anything else.
 */
export function readTextContent(content: Json | undefined, path: string): readonly TextPart[] {
  return readContent(content, path).map((part, index) => {
    if (part.kind === 'text') return part;
    throw new RequestUnreadableError(`${path}.${index}.type`, 'must be "input_text" in a message of the operator');
  });
}

function readBlock(entry: Json, path: string): ContentPart {
  const block = asObject(entry);
  if (block === undefined) throw new RequestUnreadableError(path, 'must be an object');
  const type = asNonEmptyString(block['type']);
  if (type === undefined) throw new RequestUnreadableError(`${path}.type`, 'must be a string');
  if (TEXT_TYPES.has(type)) return readText(block, path);
  if (type === 'refusal') return { kind: 'refusal', text: readString(block, 'refusal', path) };
  return readMedia(block, path) ?? { kind: 'unknown', type, value: block };
}

function readText(block: JsonObject, path: string): TextPart {
  return compact({ kind: 'text' as const, text: readString(block, 'text', path), cacheMark: readCacheMark(block) });
}

function readString(block: JsonObject, name: string, path: string): string {
  const text = asString(block[name]);
  if (text === undefined) throw new RequestUnreadableError(`${path}.${name}`, 'must be a string');
  return text;
}
