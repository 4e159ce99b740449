import { asObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { UnknownPart } from '../../spec/part.js';

/** Parts of this dialect that the hub has no word for. No other dialect has types of these names. */
const NATIVE_PARTS: ReadonlySet<string> = new Set([
  'executableCode',
  'executable_code',
  'codeExecutionResult',
  'code_execution_result',
  'toolCall',
  'tool_call',
  'toolResponse',
  'tool_response',
  'videoMetadata',
  'video_metadata',
]);

/**
 * Writes a part that the hub has no word for, as it was, if it is one of Gemini's own.
 *
 * @throws UnsupportedFieldError for any other.
 */
export function writeUnknownPart(part: UnknownPart): JsonObject {
  const value = NATIVE_PARTS.has(part.type) ? asObject(part.value) : undefined;
  if (value !== undefined) return value;
  throw new UnsupportedFieldError('messages.content', `Gemini has nothing like a part of type "${part.type}"`);
}
