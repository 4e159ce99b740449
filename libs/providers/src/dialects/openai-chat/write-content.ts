import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { TextPart, UserPart } from '../../spec/part.js';
import { writeCacheMark } from './write-cache-mark.js';
import { writeMedia } from './write-media.js';

/** Between texts that were parts of their own. Servers that want plain strings join parts in the same way. */
const TEXT_SEPARATOR = '\n';

/**
 * Writes content of a system or user message: one string where it is all text, because several vendors take nothing
 * else, or a list of parts.
 *
 * @throws UnsupportedFieldError for a part that cannot be carried.
 */
export function writeContent(parts: readonly UserPart[], context: WriteContext): Json {
  const written = parts.map((part) => writePart(part, context));
  const texts = written.filter(isPlainText).map(({ text }) => text);
  return texts.length === written.length ? texts.join(TEXT_SEPARATOR) : written;
}

/** The text of parts that are all text, in one string. */
export function joinTexts(parts: readonly TextPart[]): string {
  return parts.map(({ text }) => text).join(TEXT_SEPARATOR);
}

function writePart(part: UserPart, context: WriteContext): JsonObject {
  switch (part.kind) {
    case 'text':
      return compact({ type: 'text', text: part.text, cache_control: writeCacheMark(part.cacheMark, context) });
    case 'media':
      return compact({ ...writeMedia(part, context), cache_control: writeCacheMark(part.cacheMark, context) });
    case 'unknown':
      throw new UnsupportedFieldError('messages.content', `a part of type "${part.type}" has no equivalent`);
  }
}

function isPlainText(part: JsonObject): part is { type: 'text'; text: string } {
  return part['type'] === 'text' && part['cache_control'] === undefined;
}
