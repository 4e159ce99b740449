import { asNonEmptyString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { AssistantMessage } from '../../spec/model-request.js';
import type { AssistantPart, MediaPart, ToolCallPart } from '../../spec/part.js';
import { mediaTypeOfAudioFormat } from './audio-format.js';
import { readGoogleState, withTextState } from './google-state.js';
import { readCacheMark } from './read-cache-mark.js';
import { readContent } from './read-content.js';
import { readMedia } from './read-media.js';
import { readReasoning, readThinkingPart } from './reasoning-details.js';
import { StrictMembers } from './strict-members.js';

const DEFAULT_AUDIO_FORMAT = 'wav';

/**
 * Reads an assistant's message of a request: reasoning first, then content, then the tool calls.
 *
 * @throws RequestUnreadableError when it holds nothing, or something that OpenAI would refuse.
 */
export function readAssistantMessage(
  fields: JsonObject,
  path: string,
  audioFormat: string | undefined,
): AssistantMessage {
  const message = new StrictMembers(fields, path);
  if (message.object('function_call') !== undefined) {
    throw message.error('function_call', 'is deprecated; use "tool_calls"');
  }
  const parts: AssistantPart[] = [
    ...readReasoning(fields),
    ...readSaid(fields, path),
    ...readImages(message),
    ...readAudio(message, audioFormat),
    ...readToolCalls(message),
  ];
  if (parts.length === 0) throw message.error('content', 'is required unless there are tool calls');
  return compact({ role: 'assistant' as const, parts, name: message.string('name') });
}

/** What the model said: content, and a refusal that stands beside it. */
function readSaid(fields: JsonObject, path: string): readonly AssistantPart[] {
  const said = readAssistantContent(fields['content'], `${path}.content`);
  const refusal = new StrictMembers(fields, path).string('refusal');
  if (refusal !== undefined && refusal !== '') said.push({ kind: 'refusal', text: refusal });
  return withTextState(said, readGoogleState(fields));
}

/** Content as for everybody, or none; thinking, which some clients keep as a part of it, becomes reasoning. */
function readAssistantContent(content: Json | undefined, path: string): AssistantPart[] {
  if (content === undefined || content === null || (Array.isArray(content) && content.length === 0)) return [];
  return readContent(content, path).flatMap((part): readonly AssistantPart[] =>
    part.kind === 'unknown' ? (readThinkingPart(part.value) ?? [part]) : [part],
  );
}

/** Images of an earlier answer, in the place where OpenRouter gives them. */
function readImages(message: StrictMembers): readonly MediaPart[] {
  const images = message.objects('images') ?? [];
  return images.map((image, index) => readMedia('image_url', image, message.pathOf(`images.${index}`)));
}

/** A spoken answer that the client refers to by its id; with its bytes, when the client kept them. */
function readAudio(message: StrictMembers, audioFormat: string | undefined): readonly MediaPart[] {
  const fields = message.object('audio');
  if (fields === undefined) return [];
  const base64 = asNonEmptyString(fields['data']);
  if (base64 === undefined) {
    const fileId = message.requiredMembers('audio').requiredString('id');
    return [{ kind: 'media', medium: 'audio', source: { kind: 'file', fileId } }];
  }
  const mediaType = mediaTypeOfAudioFormat(audioFormat ?? DEFAULT_AUDIO_FORMAT);
  return [{ kind: 'media', medium: 'audio', source: { kind: 'data', mediaType, base64 } }];
}

function readToolCalls(message: StrictMembers): readonly ToolCallPart[] {
  const calls = message.objects('tool_calls') ?? [];
  return calls.map((fields, index) => {
    const call = new StrictMembers(fields, message.pathOf(`tool_calls.${index}`));
    const isCustom = fields['type'] === 'custom';
    const called = call.requiredMembers(isCustom ? 'custom' : 'function');
    const argumentsText = called.string(isCustom ? 'input' : 'arguments');
    if (argumentsText === undefined && isCustom) throw called.error('input', 'must be a string');
    return compact({
      kind: 'tool-call' as const,
      callId: call.requiredString('id'),
      name: called.requiredString('name'),
      argumentsText: argumentsText ?? '',
      freeText: isCustom ? true : undefined,
      cacheMark: readCacheMark(fields),
      state: readGoogleState(fields),
    });
  });
}
