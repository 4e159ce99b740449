import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { MediaPart, TextPart, ToolResultPart } from '../../spec/part.js';
import type { RequestScope } from './request-scope.js';
import { writeToolCallId } from './tool-call-id.js';
import { writeMedia } from './write-media.js';

/** What a tool answered that answered nothing: Bedrock refuses blank text, and some models an empty list. */
const NO_CONTENT: JsonObject = { text: '(no content)' };

/**
 * Writes what a tool answered. Text goes as text, also when it is JSON, so that the model sees what the client sent.
 *
 * @throws UnsupportedFieldError for content that a tool result cannot hold.
 */
export function writeToolResult(part: ToolResultPart, scope: RequestScope): JsonObject {
  const content = part.content.flatMap((inner) => writeContent(inner, scope));
  const result = {
    toolUseId: writeToolCallId(part.callId, scope.traits),
    content: content.length === 0 ? [NO_CONTENT] : content,
  };
  return { toolResult: fails(part, scope) ? { ...result, status: 'error' } : result };
}

function writeContent(part: TextPart | MediaPart, { context, documentNames }: RequestScope): readonly JsonObject[] {
  if (part.kind === 'text') return part.text.trim() === '' ? [] : [{ text: part.text }];
  if (part.medium === 'audio') {
    throw new UnsupportedFieldError('messages.content.audio', 'Bedrock takes no sound in the result of a tool');
  }
  return [writeMedia(part, context, documentNames)];
}

function fails({ isError }: ToolResultPart, { traits, context }: RequestScope): boolean {
  if (isError !== true) return false;
  if (traits.vendor === 'claude' || traits.vendor === 'nova') return true;
  context.losses.drop('messages.content.is_error', 'only Claude and Nova are told that a tool failed');
  return false;
}
