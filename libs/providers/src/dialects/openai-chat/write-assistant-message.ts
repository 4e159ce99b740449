import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { AssistantMessage } from '../../spec/model-request.js';
import type { AssistantPart, ToolCallPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { writeGoogleState } from './google-state.js';
import { writeCacheMark } from './write-cache-mark.js';
import { writeImage } from './write-image.js';
import { writeReasoning } from './write-reasoning.js';

/**
 * Writes what the model said in an earlier turn. Texts become one string, as fragments of one answer.
 *
 * @throws UnsupportedFieldError for a part that cannot be carried.
 */
export function writeAssistantMessage({ parts, name }: AssistantMessage, context: WriteContext): JsonObject {
  const refusals = textOf(parts, 'refusal');
  const refusesApart = context.stateFamily === 'openai' && refusals !== '';
  // Only OpenAI knows refusals; to others they are what the model said.
  const text = textOf(parts, 'text') + (refusesApart ? '' : refusals);
  const toolCalls = writeToolCalls(parts, context);
  for (const part of parts) reportLosses(part, context);
  return compact({
    role: 'assistant',
    content: text === '' && (toolCalls.length > 0 || refusesApart) ? null : text,
    refusal: refusesApart ? refusals : undefined,
    name,
    ...writeReasoning(parts, context),
    ...writeMediaOf(parts, context),
    tool_calls: toolCalls.length === 0 ? undefined : toolCalls,
  });
}

function textOf(parts: readonly AssistantPart[], kind: 'text' | 'refusal'): string {
  return parts.map((part) => (part.kind === kind ? part.text : '')).join('');
}

function reportLosses(part: AssistantPart, context: WriteContext): void {
  if (part.kind === 'unknown') {
    throw new UnsupportedFieldError('messages.content', `a part of type "${part.type}" has no equivalent`);
  }
  if (part.kind === 'text' && part.cacheMark !== undefined) {
    context.losses.drop('cache_control', 'marks on what the model said have no place in chat');
  }
}

function writeToolCalls(parts: readonly AssistantPart[], context: WriteContext): readonly JsonObject[] {
  const calls: JsonObject[] = [];
  let stateBefore: ProviderState | undefined;
  for (const part of parts) {
    if (part.kind === 'reasoning') stateBefore = part.text === '' ? part.state : undefined;
    if (part.kind !== 'tool-call') continue;
    calls.push(writeToolCall(part, part.state ?? stateBefore, context));
    stateBefore = undefined;
  }
  return calls;
}

/** @param state The call's own, or one that a dialect without a place for it put just before the call. */
function writeToolCall(part: ToolCallPart, state: ProviderState | undefined, context: WriteContext): JsonObject {
  const { callId: id, name, argumentsText, freeText } = part;
  const called =
    freeText === true
      ? { type: 'custom', custom: { name, input: argumentsText } }
      : { type: 'function', function: { name, arguments: argumentsText === '' ? '{}' : argumentsText } };
  const isGoogles = state?.family === 'gemini' && context.stateFamily === 'gemini';
  return compact({
    id,
    ...called,
    ...(isGoogles ? writeGoogleState(state) : {}),
    cache_control: writeCacheMark(part.cacheMark, context),
  });
}

/** Media of an earlier answer: sound by OpenAI's id of it, images where the model makes images. */
function writeMediaOf(parts: readonly AssistantPart[], { capabilities, stateFamily }: WriteContext): JsonObject {
  const images: JsonObject[] = [];
  let audio: JsonObject | undefined;
  for (const part of parts) {
    if (part.kind !== 'media') continue;
    const { medium, source } = part;
    if (medium === 'audio' && source.kind === 'file' && stateFamily === 'openai') audio = { id: source.fileId };
    else if (medium === 'image' && source.kind !== 'file' && capabilities.output?.includes('image') === true) {
      images.push(writeImage(source));
    } else throw new UnsupportedFieldError('messages.content', `${medium} of an earlier answer cannot be given back`);
  }
  return compact({ audio, images: images.length === 0 ? undefined : images });
}
