import { compact } from '../../json/read-json.js';
import type { AnswerContext } from '../../spec/codec.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart, ToolCallPart } from '../../spec/part.js';
import { writeAnnotation } from './citations.js';
import { writeFinish } from './finish-reasons.js';
import { writeGoogleState } from './google-state.js';
import { writeReasoningDetail } from './reasoning-details.js';
import { writeExtraFields } from './write-extra-fields.js';
import { writeMadeAudio, writeMadeImages } from './write-made-media.js';
import { writeUsage } from './write-usage.js';

/** What OpenAI's ids of chat answers begin with. */
export const CHAT_ID_PREFIX = 'chatcmpl-';

/** Writes a whole answer as a `chat.completion` with one choice. */
export function writeAnswer(answer: ModelAnswer, context: AnswerContext): JsonObject {
  const { parts, usage, logprobs, serviceTier } = answer;
  const callsTools = parts.some(({ kind }) => kind === 'tool-call');
  const refuses = parts.some(({ kind }) => kind === 'refusal');
  const choice = {
    index: 0,
    message: writeMessage(parts, context),
    logprobs: logprobs === undefined ? null : { content: logprobs, refusal: null },
    finish_reason: writeFinish(answer.finish, { callsTools, refuses }),
  };
  return compact({
    id: answer.id ?? CHAT_ID_PREFIX + context.fallbackId,
    object: 'chat.completion',
    created: context.createdAtSeconds,
    model: context.model,
    choices: [choice],
    usage: usage === undefined ? undefined : writeUsage(usage),
    service_tier: serviceTier,
    extra_fields: writeExtraFields(context),
  });
}

function writeMessage(parts: readonly AssistantPart[], context: AnswerContext): JsonObject {
  const text = joined(parts, 'text');
  const refusal = joined(parts, 'refusal');
  const reasoning = joined(parts, 'reasoning');
  const toolCalls = parts.filter((part) => part.kind === 'tool-call').map(writeToolCall);
  const audio = writeMadeAudio(parts, text, context);
  const saysOtherwise = toolCalls.length > 0 || refusal !== '' || audio !== undefined;
  return compact({
    role: 'assistant',
    // What was spoken has its words beside it.
    content: audio !== undefined || (text === '' && saysOtherwise) ? null : text,
    refusal: refusal === '' ? null : refusal,
    reasoning_content: reasoning === '' ? undefined : reasoning,
    reasoning_details: unlessEmpty(writeReasoningDetails(parts)),
    annotations: unlessEmpty(writeAnnotations(parts)),
    images: unlessEmpty(writeMadeImages(parts)),
    audio,
    tool_calls: unlessEmpty(toolCalls),
  });
}

function joined(parts: readonly AssistantPart[], kind: 'text' | 'refusal' | 'reasoning'): string {
  return parts.map((part) => (part.kind === kind ? part.text : '')).join('');
}

/** One entry for each state. Texts have no place for theirs, so it stands alone, as reasoning that is not shown. */
function writeReasoningDetails(parts: readonly AssistantPart[]): readonly JsonObject[] {
  const details: JsonObject[] = [];
  for (const part of parts) {
    if ((part.kind !== 'reasoning' && part.kind !== 'text') || part.state === undefined) continue;
    const text = part.kind === 'reasoning' ? part.text : '';
    details.push(writeReasoningDetail(text, part.state, details.length));
  }
  return details;
}

function writeAnnotations(parts: readonly AssistantPart[]): readonly JsonObject[] {
  const annotations: JsonObject[] = [];
  let start = 0;
  for (const part of parts) {
    if (part.kind !== 'text') continue;
    const range = { start, end: start + part.text.length };
    start = range.end;
    for (const citation of part.citations ?? []) {
      const annotation = writeAnnotation(citation, range);
      if (annotation !== undefined) annotations.push(annotation);
    }
  }
  return annotations;
}

function writeToolCall(part: ToolCallPart): JsonObject {
  const { callId: id, name, argumentsText, freeText, state } = part;
  const called =
    freeText === true
      ? { type: 'custom', custom: { name, input: argumentsText } }
      : { type: 'function', function: { name, arguments: argumentsText } };
  return { id, ...called, ...(state === undefined ? {} : writeGoogleState(state)) };
}

function unlessEmpty(list: readonly JsonObject[]): readonly Json[] | undefined {
  return list.length === 0 ? undefined : list;
}
