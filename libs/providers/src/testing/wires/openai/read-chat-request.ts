import type { JsonObject } from '../../../spec/json.js';
import {
  appendTurn,
  findPairingProblem,
  type Conversation,
  type OfferedChoice,
  type OfferedTool,
  type ReceivedMedium,
  type Turn,
} from '../../model/conversation.js';
import { Complaint } from '../complaint.js';
import { isGiven, parseBody } from '../parse-body.js';
import { base64Medium, dataUriMedium, referredMedium } from '../received-media.js';
import type { Question } from '../wire.js';
import { chatSchema, type ChatBody, type ChatMessage } from './chat-schema.js';
import { OPENAI_VENDOR } from './openai-vendor.js';
import { strictSchemaProblem } from './strict-schema.js';

/** Reads and checks a chat completion as OpenAI does. @throws Complaint */
export function readChatRequest({ call, model }: Question): Conversation {
  const body = parseBody(chatSchema, call, OPENAI_VENDOR);
  if (model === '') throw OPENAI_VENDOR.bodyComplaint(['model'], { kind: 'missing' });
  checkCombinations(body);
  checkSchemas(body);
  const turns: Turn[] = [];
  for (const [index, message] of body.messages.entries()) addMessage(turns, message, index);
  checkPairing(turns);
  return {
    systemText: body.messages.filter(isSystem).map(textOfMessage).join('\n'),
    turns,
    tools: body.tools?.map(offeredTool) ?? [],
    toolChoice: offeredChoice(body),
    parallelCalls: body.parallel_tool_calls !== false,
    outputSchema: outputSchemaOf(body),
    thinking: (body.reasoning_effort ?? 'none') === 'none' ? 'none' : 'shown',
    stop: typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []),
    outputTokensMax: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    cache: cacheOf(body, call.body),
  };
}

function refuse(message: string, field: string, code = 'invalid_value'): Complaint {
  return new Complaint(400, message, { field, code });
}

function checkCombinations(body: ChatBody): void {
  if (isGiven(body.max_tokens) && isGiven(body.max_completion_tokens)) {
    throw refuse("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", 'max_tokens');
  }
  if (isGiven(body.stream_options) && body.stream !== true) {
    throw refuse("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  }
  for (const field of ['parallel_tool_calls', 'tool_choice'] as const) {
    if (body[field] !== undefined && body.tools === undefined) {
      throw refuse(`Invalid value for '${field}': '${field}' is only allowed when 'tools' are specified.`, field);
    }
  }
  if (isGiven(body.top_logprobs) && body.logprobs !== true) {
    throw refuse("'top_logprobs' is only allowed when 'logprobs' is enabled.", 'top_logprobs');
  }
  const choice = offeredChoice(body);
  if (typeof choice === 'object' && !body.tools?.some((tool) => offeredTool(tool).name === choice.name)) {
    throw refuse(`Tool choice '${choice.name}' not found in 'tools' parameter.`, 'tool_choice');
  }
  if (body.response_format?.type === 'json_object' && !/json/i.test(JSON.stringify(body.messages))) {
    throw refuse(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      'messages',
    );
  }
}

function checkSchemas(body: ChatBody): void {
  for (const [index, tool] of (body.tools ?? []).entries()) {
    if (tool.type !== 'function' || tool.function.strict !== true) continue;
    const problem = strictSchemaProblem(tool.function.parameters as JsonObject);
    if (problem === undefined) continue;
    const message = `Invalid schema for function '${tool.function.name}': ${problem}`;
    throw refuse(message, `tools[${index}].function.parameters`, 'invalid_function_parameters');
  }
  const format = body.response_format;
  if (format?.type !== 'json_schema' || format.json_schema.strict !== true) return;
  const problem = strictSchemaProblem(format.json_schema.schema as JsonObject);
  if (problem === undefined) return;
  throw refuse(`Invalid schema for response_format '${format.json_schema.name}': ${problem}`, 'response_format');
}

function checkPairing(turns: readonly Turn[]): void {
  const problem = findPairingProblem(turns);
  if (problem?.kind === 'unanswered-calls') {
    throw refuse(
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${problem.ids.join(', ')}`,
      'messages',
    );
  }
  if (problem?.kind === 'orphan-result') {
    throw refuse(
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      'messages',
    );
  }
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

function offeredTool(tool: NonNullable<ChatBody['tools']>[number]): OfferedTool {
  if (tool.type === 'custom') return { name: tool.custom.name, schema: undefined, freeText: true };
  return { name: tool.function.name, schema: (tool.function.parameters ?? undefined) as JsonObject | undefined };
}

function offeredChoice({ tool_choice: choice }: ChatBody): OfferedChoice {
  if (choice === undefined || typeof choice === 'string') return choice ?? 'auto';
  switch (choice.type) {
    case 'function':
      return { name: choice.function.name };
    case 'custom':
      return { name: choice.custom.name };
    default:
      return choice.allowed_tools.mode;
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
