import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { Message, ToolMessage } from '../../spec/model-request.js';
import type { ToolResultPart } from '../../spec/part.js';
import { writeAssistantMessage } from './write-assistant-message.js';
import { writeCacheMark } from './write-cache-mark.js';
import { joinTexts, writeContent } from './write-content.js';
import { writeMedia } from './write-media.js';

/** What stands in a tool's answer whose media follow in a user's message. */
const MEDIA_FOLLOW = 'The result is in the next message.';

/**
 * Writes the conversation.
 *
 * @throws UnsupportedFieldError for content that cannot be carried.
 */
export function writeMessages(messages: readonly Message[], context: WriteContext): readonly JsonObject[] {
  return messages.flatMap((message) => writeMessage(message, context));
}

function writeMessage(message: Message, context: WriteContext): readonly JsonObject[] {
  switch (message.role) {
    case 'system':
      // OpenAI reads `system` as `developer` where a model knows only that; others know only `system`.
      return [{ role: 'system', content: writeContent(message.parts, context) }];
    case 'user':
      return [compact({ role: 'user', name: message.name, content: writeContent(message.parts, context) })];
    case 'assistant':
      return [writeAssistantMessage(message, context)];
    case 'tool':
      return writeToolMessages(message, context);
  }
}

/**
 * One message for each result. A tool's message takes text only, so media follow in a user's message, behind the last
 * result: between the results it would break the pairing with the calls.
 */
function writeToolMessages({ parts }: ToolMessage, context: WriteContext): readonly JsonObject[] {
  const results = parts.map((result) => writeResult(result, context));
  const media = parts.flatMap((result) => writeResultMedia(result, context));
  return media.length === 0 ? results : [...results, { role: 'user', content: media }];
}

function writeResult(result: ToolResultPart, context: WriteContext): JsonObject {
  if (result.isError === true) {
    context.losses.drop('messages.content.is_error', 'chat has no mark for a tool that failed, only its text');
  }
  const texts = result.content.filter((part) => part.kind === 'text');
  const text = joinTexts(texts);
  const mark = result.cacheMark ?? texts.find(({ cacheMark }) => cacheMark !== undefined)?.cacheMark;
  const control = writeCacheMark(mark, context);
  const content = text === '' && texts.length < result.content.length ? MEDIA_FOLLOW : text;
  const written: Json = control === undefined ? content : [{ type: 'text', text: content, cache_control: control }];
  return { role: 'tool', tool_call_id: result.callId, content: written };
}

function writeResultMedia({ callId, content }: ToolResultPart, context: WriteContext): readonly JsonObject[] {
  const media = content.filter((part) => part.kind === 'media');
  if (media.length === 0) return [];
  const heading = { type: 'text', text: `Result of the tool call ${callId}:` };
  return [heading, ...media.map((part) => writeMedia(part, context))];
}
