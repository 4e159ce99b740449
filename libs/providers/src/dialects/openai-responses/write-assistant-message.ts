import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { compact } from '../../json/read-json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { AssistantMessage } from '../../spec/model-request.js';
import type { AssistantPart, ReasoningPart, ToolCallPart } from '../../spec/part.js';
import { boundId } from './bounded-id.js';

/**
 * Writes what the model said in an earlier turn, as the items that OpenAI would have answered with.
 *
 * Reasoning goes back only with a state of the model's own family, and only when an item of the same message follows it:
 * OpenAI refuses a reasoning item that nothing follows.
 *
 * @throws UnsupportedFieldError for a part that OpenAI has no item for.
 */
export function writeAssistantMessage(
  message: AssistantMessage,
  field: string,
  context: WriteContext,
): readonly JsonObject[] {
  const items: JsonObject[] = [];
  let reasoning: JsonObject[] = [];
  let content: JsonObject[] = [];
  const flushContent = (): void => {
    if (content.length > 0) items.push({ type: 'message', role: 'assistant', content });
    content = [];
  };
  for (const [index, part] of message.parts.entries()) {
    const item = writePart(part, `${field}.content.${index}`, context);
    if (item === undefined) continue;
    if (part.kind === 'reasoning') {
      flushContent();
      reasoning.push(item);
      continue;
    }
    items.push(...reasoning);
    reasoning = [];
    if (part.kind === 'tool-call') {
      flushContent();
      items.push(item);
    } else content.push(item);
  }
  flushContent();
  if (reasoning.length > 0) context.losses.drop('reasoning', 'nothing follows it in its message');
  if (message.name !== undefined) context.losses.drop('messages.name', 'OpenAI Responses has no names of participants');
  return items;
}

/** The item or content block of a part; undefined for one that is left out. */
function writePart(part: AssistantPart, field: string, context: WriteContext): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return part.text === '' ? undefined : { type: 'output_text', text: part.text, annotations: [] };
    case 'refusal':
      return { type: 'refusal', refusal: part.text };
    case 'reasoning':
      return writeReasoning(part, context);
    case 'tool-call':
      return writeToolCall(part);
    case 'media':
      throw new UnsupportedFieldError(field, `OpenAI Responses takes no ${part.medium} in a message of the model`);
    case 'unknown':
      throw new UnsupportedFieldError(field, `"${part.type}" has no equivalent in OpenAI Responses`);
  }
}

function writeReasoning({ text, state }: ReasoningPart, context: WriteContext): JsonObject | undefined {
  if (state === undefined || state.family !== context.stateFamily) {
    context.losses.drop('reasoning', 'the model takes only reasoning that its own family has signed');
    return undefined;
  }
  return compact({
    type: 'reasoning',
    id: state.id,
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    encrypted_content: state.data,
  });
}

function writeToolCall({ callId, name, argumentsText, freeText }: ToolCallPart): JsonObject {
  const call_id = boundId(callId);
  if (freeText === true) return { type: 'custom_tool_call', call_id, name, input: argumentsText };
  return { type: 'function_call', call_id, name, arguments: argumentsText === '' ? '{}' : argumentsText };
}
