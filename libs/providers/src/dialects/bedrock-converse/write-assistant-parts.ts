import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { AssistantMessage } from '../../spec/model-request.js';
import type { AssistantPart, ReasoningPart, ToolCallPart } from '../../spec/part.js';
import { toToolInput } from '../anthropic-messages/tool-input.js';
import type { RequestScope } from './request-scope.js';
import { writeToolCallId } from './tool-call-id.js';

const TOOL_NAME_CHARACTERS_MAX = 64;

/**
 * Writes what the model said in an earlier turn.
 *
 * @throws UnsupportedFieldError for media and unknown blocks.
 */
export function writeAssistantParts(message: AssistantMessage, scope: RequestScope): JsonObject[] {
  const { losses } = scope.context;
  if (message.name !== undefined) losses.drop('messages.name', 'Bedrock has no names for participants');
  const blocks: JsonObject[] = [];
  for (const part of message.parts) {
    const block = writePart(part, scope);
    if (block !== undefined) blocks.push(block);
    if ('cacheMark' in part) scope.cachePoints.markMessages(blocks, part.cacheMark);
  }
  return blocks;
}

function writePart(part: AssistantPart, scope: RequestScope): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      if (part.citations !== undefined && part.citations.length > 0) {
        scope.context.losses.drop(
          'messages.content.citations',
          'Bedrock takes an earlier answer without its citations',
        );
      }
      return writeText(part.text);
    case 'refusal':
      return writeText(part.text);
    case 'reasoning':
      return writeReasoning(part, scope);
    case 'tool-call':
      return writeToolCall(part, scope);
    case 'media':
      throw new UnsupportedFieldError(
        'messages.content',
        `Bedrock takes no ${part.medium} in messages of the assistant`,
      );
    case 'unknown':
      throw new UnsupportedFieldError('messages.content', `Bedrock has nothing like a block of type "${part.type}"`);
  }
}

/** Bedrock refuses blank text. */
function writeText(text: string): JsonObject | undefined {
  return text.trim() === '' ? undefined : { text };
}

function writeReasoning({ text, state }: ReasoningPart, { context }: RequestScope): JsonObject | undefined {
  if (state === undefined || state.family !== context.stateFamily) {
    // A model takes back only what it signed itself; a state alone means nothing to anybody else.
    if (text !== '') context.losses.drop('reasoning', 'the model takes back only reasoning of its own family');
    return undefined;
  }
  if (state.redacted === true) return { reasoningContent: { redactedContent: state.data } };
  return { reasoningContent: { reasoningText: { text, signature: state.data } } };
}

function writeToolCall({ callId, name, argumentsText, freeText }: ToolCallPart, { traits }: RequestScope): JsonObject {
  return {
    toolUse: {
      toolUseId: writeToolCallId(callId, traits),
      // A model may have made a name up that Bedrock refuses; in the history it does no harm to change it.
      name: name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, TOOL_NAME_CHARACTERS_MAX) || '_',
      input: toToolInput(argumentsText, freeText),
    },
  };
}
