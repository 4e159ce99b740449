import type { JsonObject } from '../../../spec/json.js';
import { appendTurn, type Conversation, type ReceivedMedium, type Turn } from '../../model/conversation.js';
import { isGiven, parseBody } from '../parse-body.js';
import { base64Medium, dataUriMedium, referredMedium } from '../received-media.js';
import type { Question } from '../wire.js';
import { chatSchema, type ChatBody, type ChatMessage } from './chat-schema.js';
import { offeredChoice, offeredTools } from './chat-tools.js';
import { checkChatPairing, checkChatRequest } from './check-chat-request.js';
import { OPENAI_VENDOR } from './openai-vendor.js';

/** Reads and checks a chat completion as OpenAI does. @throws Complaint */
export function readChatRequest({ call, model }: Question): Conversation {
  const body = parseBody(chatSchema, call, OPENAI_VENDOR);
  if (model === '') throw OPENAI_VENDOR.bodyComplaint(['model'], { kind: 'missing' });
  checkChatRequest(body);
  const turns: Turn[] = [];
  for (const [index, message] of body.messages.entries()) addMessage(turns, message, index);
  checkChatPairing(turns);
  return {
    systemText: body.messages.filter(isSystem).map(textOfMessage).join('\n'),
    turns,
    tools: offeredTools(body),
    toolChoice: offeredChoice(body),
    parallelCalls: body.parallel_tool_calls !== false,
    outputSchema: outputSchemaOf(body),
    thinking: (body.reasoning_effort ?? 'none') === 'none' ? 'none' : 'shown',
    stop: typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []),
    outputTokensMax: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    cache: cacheOf(body, call.body),
  };
}

function isSystem({ role }: ChatMessage): boolean {
  return role === 'system' || role === 'developer';
}

function textOfMessage({ content }: ChatMessage): string {
  if (!isGiven(content) || typeof content === 'string') return content ?? '';
  return content.map((part) => ('text' in part ? part.text : '')).join('');
}

function addMessage(turns: Turn[], message: ChatMessage, index: number): void {
  const text = textOfMessage(message);
  switch (message.role) {
    case 'user':
      return appendTurn(turns, { role: 'user', text, media: mediaOf(message, index) });
    case 'assistant':
      return appendTurn(turns, { role: 'assistant', text, toolCalls: message.tool_calls?.map(receivedCall) ?? [] });
    case 'tool': {
      const result = { id: message.tool_call_id, text, media: [], isError: false };
      return appendTurn(turns, { role: 'tool', results: [result] });
    }
    default:
  }
}

function receivedCall(call: NonNullable<Extract<ChatMessage, { role: 'assistant' }>['tool_calls']>[number]) {
  return call.type === 'function'
    ? { id: call.id, name: call.function.name, argumentsText: call.function.arguments }
    : { id: call.id, name: call.custom.name, argumentsText: call.custom.input };
}

type UserPart = Exclude<Extract<ChatMessage, { role: 'user' }>['content'], string>[number];

function mediaOf({ content }: Extract<ChatMessage, { role: 'user' }>, index: number): ReceivedMedium[] {
  if (typeof content === 'string') return [];
  return content.flatMap((part, at) => {
    if (part.type === 'text') return [];
    const medium = mediumOf(part);
    if (medium !== undefined) return [medium];
    throw OPENAI_VENDOR.bodyComplaint(['messages', index, 'content', at], {
      kind: 'invalid',
      problem: 'no valid data',
    });
  });
}

function mediumOf(part: Exclude<UserPart, { type: 'text' }>): ReceivedMedium | undefined {
  switch (part.type) {
    case 'image_url': {
      const { url } = part.image_url;
      return url.startsWith('data:') ? dataUriMedium(url) : referredMedium('image', url);
    }
    case 'input_audio':
      return base64Medium(`audio/${part.input_audio.format}`, part.input_audio.data);
    default: {
      const { file_data: data, file_id: id } = part.file;
      if (data !== undefined) return dataUriMedium(data);
      return id === undefined ? undefined : referredMedium('file', id);
    }
  }
}

function outputSchemaOf({ response_format: format }: ChatBody): Conversation['outputSchema'] {
  switch (format?.type) {
    case 'json_object':
      return 'any';
    case 'json_schema':
      return (format.json_schema.schema ?? {}) as JsonObject;
    default:
      return undefined;
  }
}

/** Marks may stand in many places, so they are looked for in the text. */
function cacheOf(body: ChatBody, bytes: Buffer): Conversation['cache'] {
  const isMarked = bytes.includes('"cache_control"') || bytes.includes('"prompt_cache_breakpoint"');
  if (isMarked) return /"ttl"\s*:\s*"(1|12)h"/.test(bytes.toString('utf8')) ? '1h' : '5m';
  return isGiven(body.prompt_cache_key) ? '5m' : undefined;
}
