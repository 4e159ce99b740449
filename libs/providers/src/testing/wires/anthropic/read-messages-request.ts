import type { JsonObject } from '../../../spec/json.js';
import {
  appendTurn,
  type Conversation,
  type OfferedChoice,
  type ReceivedMedium,
  type ReceivedToolResult,
  type Turn,
} from '../../model/conversation.js';
import type { Call } from '../call.js';
import { parseBody } from '../parse-body.js';
import { base64Medium, referredMedium } from '../received-media.js';
import type { Vendor } from '../vendor.js';
import { blocksOf, checkPrompt, refuse } from './check-prompt.js';
import {
  countTokensSchema,
  messagesSchema,
  type ContentBlock,
  type MessageParam,
  type MessagesBody,
  type PromptBody,
} from './messages-schema.js';

/** Reads and checks a message as Anthropic does. @throws Complaint */
export function readMessagesRequest(call: Call, vendor: Vendor): Conversation {
  const body = parseBody(messagesSchema, call, vendor);
  checkPrompt(body);
  checkThinking(body);
  return {
    ...conversationOf(body),
    stop: body.stop_sequences ?? [],
    outputTokensMax: body.max_tokens,
  };
}

/** Reads and checks the prompt of a count of tokens. @throws Complaint */
export function readCountTokensRequest(call: Call, vendor: Vendor): Conversation {
  const body = parseBody(countTokensSchema, call, vendor);
  checkPrompt(body);
  return conversationOf(body);
}

/** What Anthropic does not allow while thinking, and sampling that excludes itself. @throws Complaint */
export function checkThinking(
  body: Pick<MessagesBody, 'thinking' | 'temperature' | 'top_p' | 'top_k' | 'tool_choice' | 'max_tokens'>,
): void {
  const { thinking, temperature, top_p: topP, top_k: topK, tool_choice: choice, max_tokens: cap } = body;
  if (temperature !== undefined && topP !== undefined) {
    throw refuse('`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
  }
  if (thinking === undefined || thinking.type === 'disabled') return;
  if (thinking.type === 'enabled' && cap <= thinking.budget_tokens) {
    throw refuse('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  if (temperature !== undefined && temperature !== 1) {
    throw refuse('`temperature` may only be set to 1 when thinking is enabled.');
  }
  if (topK !== undefined) throw refuse('`top_k` must be unset when thinking is enabled.');
  if (choice?.type === 'any' || choice?.type === 'tool') {
    throw refuse('Thinking may not be enabled when tool_choice forces tool use.');
  }
}

function conversationOf(body: PromptBody): Conversation {
  const turns: Turn[] = [];
  for (const message of body.messages) addMessage(turns, message);
  const { thinking, tool_choice: choice } = body;
  const thinks = thinking?.type === 'enabled' || thinking?.type === 'adaptive';
  const marked = JSON.stringify(body);
  return {
    systemText: typeof body.system === 'string' ? body.system : (body.system ?? []).map(({ text }) => text).join('\n'),
    turns,
    tools: offeredTools(body),
    toolChoice: offeredChoice(choice),
    parallelCalls: !(choice !== undefined && 'disable_parallel_tool_use' in choice && choice.disable_parallel_tool_use),
    outputSchema: (body.output_config?.format ?? body.output_format)?.schema as JsonObject | undefined,
    thinking: thinks ? (thinking.display === 'omitted' ? 'hidden' : 'shown') : 'none',
    stop: [],
    outputTokensMax: undefined,
    cache: marked.includes('"cache_control":{') ? (marked.includes('"ttl":"1h"') ? '1h' : '5m') : undefined,
  };
}

function offeredTools({ tools = [] }: PromptBody): Conversation['tools'] {
  return tools.flatMap((tool) => {
    const schema = 'input_schema' in tool ? (tool.input_schema as JsonObject) : undefined;
    return schema === undefined ? [] : [{ name: tool.name ?? '', schema }];
  });
}

function offeredChoice(choice: PromptBody['tool_choice']): OfferedChoice {
  switch (choice?.type) {
    case 'any':
      return 'required';
    case 'tool':
      return { name: choice.name };
    default:
      return choice?.type ?? 'auto';
  }
}

function addMessage(turns: Turn[], message: MessageParam): void {
  const blocks = blocksOf(message);
  const text = blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
  if (message.role === 'assistant') {
    const toolCalls = blocks.flatMap((block) =>
      block.type === 'tool_use' ? [{ id: block.id, name: block.name, argumentsText: JSON.stringify(block.input) }] : [],
    );
    return appendTurn(turns, { role: 'assistant', text, toolCalls });
  }
  if (message.role === 'system') return;
  const results = blocks.flatMap((block) => (block.type === 'tool_result' ? [resultOf(block)] : []));
  const media = blocks.flatMap(mediaOf);
  if (results.length > 0) appendTurn(turns, { role: 'tool', results });
  if (text !== '' || media.length > 0 || results.length === 0) appendTurn(turns, { role: 'user', text, media });
}

function resultOf(block: Extract<ContentBlock, { type: 'tool_result' }>): ReceivedToolResult {
  const { content = '' } = block;
  const inner = typeof content === 'string' ? [{ type: 'text', text: content } as const] : content;
  return {
    id: block.tool_use_id,
    text: inner.map((one) => (one.type === 'text' ? one.text : '')).join(''),
    media: inner.flatMap(mediaOf),
    isError: block.is_error === true,
  };
}

function mediaOf(block: ContentBlock): ReceivedMedium[] {
  if (block.type !== 'image' && block.type !== 'document') return [];
  const { source } = block;
  switch (source.type) {
    case 'base64': {
      const medium = base64Medium(source.media_type, source.data);
      if (medium === undefined) throw refuse(`${block.type}.source.base64.data: not valid base64`);
      return [medium];
    }
    case 'url':
      return [referredMedium(block.type, source.url)];
    case 'file':
      return [referredMedium(block.type, source.file_id)];
    case 'text':
      return [{ type: 'text/plain', source: { byteCount: Buffer.byteLength(source.data) } }];
    default:
      return [{ type: block.type, source: { byteCount: Buffer.byteLength(JSON.stringify(source.content)) } }];
  }
}
