import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError, type LossReport } from '../../spec/loss-report.js';
import type { WriteContext } from '../../spec/codec.js';
import type {
  AssistantPart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UnknownPart,
  UserPart,
} from '../../spec/part.js';
import { writeCacheMark } from './cache-control.js';
import { writeCitationBack } from './citations.js';
import { toToolCallId } from './tool-call-id.js';
import { toToolInput } from './tool-input.js';
import { writeMedia } from './write-media.js';

/** Writes text; nothing for text without a visible character, which Anthropic refuses. */
export function writeText(part: TextPart, losses: LossReport): readonly JsonObject[] {
  if (part.text.trim() === '') return [];
  const citations = (part.citations ?? []).map(writeCitationBack).filter((citation) => citation !== undefined);
  if (citations.length < (part.citations?.length ?? 0)) losses.drop('citations', 'another vendor made them');
  const cited = citations.length === 0 ? {} : { citations };
  return [{ type: 'text', text: part.text, ...cited, ...writeCacheMark(part) }];
}

/** Writes a part of a user message. */
export function writeUserPart(part: UserPart, losses: LossReport): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
      return writeText(part, losses);
    case 'media':
      return [writeMedia(part, losses)];
    case 'unknown':
      throw unknown(part);
    default:
      return part satisfies never;
  }
}

/** Writes a part of an assistant message. */
export function writeAssistantPart(part: AssistantPart, context: WriteContext): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
      return writeText(part, context.losses);
    case 'refusal':
      return writeText({ kind: 'text', text: part.text }, context.losses);
    case 'reasoning':
      return writeReasoning(part, context);
    case 'tool-call':
      return [writeToolCall(part)];
    case 'media':
      throw new UnsupportedFieldError('messages.content', `Claude cannot have made ${part.medium} content`);
    case 'unknown':
      throw unknown(part);
    default:
      return part satisfies never;
  }
}

/** Writes what a tool answered. */
export function writeToolResult(part: ToolResultPart, losses: LossReport): JsonObject {
  const content = part.content.flatMap((item) => writeUserPart(item, losses));
  return {
    type: 'tool_result',
    tool_use_id: toToolCallId(part.callId),
    ...(content.length === 0 ? {} : { content }),
    ...(part.isError === true ? { is_error: true } : {}),
    ...writeCacheMark(part),
  };
}

/** Claude takes back only what it signed itself: other reasoning is left out, empty carriers of a state in silence. */
function writeReasoning(part: ReasoningPart, { stateFamily, losses }: WriteContext): readonly JsonObject[] {
  const { state, text } = part;
  if (state === undefined || state.family !== stateFamily) {
    if (text !== '') losses.drop('reasoning', 'the model takes back only reasoning of its own');
    return [];
  }
  if (state.redacted === true) return [{ type: 'redacted_thinking', data: state.data }];
  return [{ type: 'thinking', thinking: text, signature: state.data }];
}

function writeToolCall(part: ToolCallPart): JsonObject {
  return {
    type: 'tool_use',
    id: toToolCallId(part.callId),
    name: part.name,
    input: toToolInput(part.argumentsText, part.freeText),
    ...writeCacheMark(part),
  };
}

function unknown(part: UnknownPart): UnsupportedFieldError {
  return new UnsupportedFieldError('messages.content', `there is no equivalent of "${part.type}" content`);
}
