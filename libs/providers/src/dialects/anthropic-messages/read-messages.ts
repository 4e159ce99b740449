import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { Message, SystemMessage } from '../../spec/model-request.js';
import type { Fields } from './fields.js';
import { readAssistantPart, readBlocks, readText, readToolResult, readUserPart } from './read-content.js';

/** Reads the top-level `system`; no message when it is absent or empty. */
export function readSystem(body: Fields): readonly SystemMessage[] {
  const parts = readBlocks(body, 'system').map(readText);
  return parts.some(({ text }) => text !== '') ? [{ role: 'system', parts }] : [];
}

/**
 * Reads the conversation. Results of tools, which stand in user messages here, become a message of their own before the
 * rest of that user message.
 *
 * @throws RequestUnreadableError when there is no message, or one cannot be understood.
 */
export function readMessages(body: Fields, unread: Set<string>): readonly Message[] {
  const messages = body.fieldsOfEach('messages') ?? [];
  if (messages.length === 0) throw new RequestUnreadableError('messages', 'must have at least one message');
  return messages.flatMap((message) => readMessage(message, unread));
}

function readMessage(message: Fields, unread: Set<string>): readonly Message[] {
  const role = message.requiredText('role');
  if (message.value('content') === undefined)
    throw new RequestUnreadableError(message.pathOf('content'), 'is required');
  const blocks = readBlocks(message, 'content');
  switch (role) {
    case 'user':
      return readUserMessage(blocks, unread);
    case 'assistant':
      return blocks.length === 0 ? [] : [{ role, parts: blocks.map(readAssistantPart) }];
    case 'system':
      return blocks.length === 0 ? [] : [{ role, parts: blocks.map(readText) }];
    default:
      throw new RequestUnreadableError(message.pathOf('role'), 'must be user, assistant or system');
  }
}

function readUserMessage(blocks: readonly Fields[], unread: Set<string>): readonly Message[] {
  const isResult = (block: Fields): boolean => block.value('type') === 'tool_result';
  const results = blocks.filter(isResult).map((block) => readToolResult(block, unread));
  const parts = blocks.filter((block) => !isResult(block)).map((block) => readUserPart(block, unread));
  const messages: Message[] = [];
  if (results.length > 0) messages.push({ role: 'tool', parts: results });
  if (parts.length > 0) messages.push({ role: 'user', parts });
  return messages;
}
