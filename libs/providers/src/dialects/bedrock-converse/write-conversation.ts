import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { Message, ToolMessage, UserMessage } from '../../spec/model-request.js';
import type { TextPart } from '../../spec/part.js';
import type { RequestScope } from './request-scope.js';
import { writeAssistantParts } from './write-assistant-parts.js';
import { writeMedia } from './write-media.js';
import { writeToolResult } from './write-tool-result.js';

/** One message of Converse. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: JsonObject[];
}

/** A conversation in Converse's words. */
export interface Conversation {
  readonly system: readonly JsonObject[];
  readonly turns: readonly Turn[];
}

/**
 * What stands where Converse insists on a word and the client said none: in front of an assistant that speaks first, and
 * beside a document. It is as close to nothing as a block can be, since blank text is refused.
 */
const NO_WORD: JsonObject = { text: '.' };

/**
 * Writes messages as turns that alternate, the user's first, and system messages as the system prompt, in their order.
 *
 * @throws UnsupportedFieldError for content that cannot be carried.
 */
export function writeConversation(messages: readonly Message[], scope: RequestScope): Conversation {
  refusePrefill(messages, scope);
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === 'system') pushTexts(system, message.parts, scope);
    else if (message.role === 'assistant') append(turns, 'assistant', writeAssistantParts(message, scope));
    else append(turns, 'user', message.role === 'tool' ? writeResults(message, scope) : writeUser(message, scope));
  }
  if (turns[0]?.role !== 'user') turns.unshift({ role: 'user', content: [NO_WORD] });
  for (const turn of turns) giveDocumentsText(turn);
  trimLastTurn(turns);
  return { system, turns };
}

function refusePrefill(messages: readonly Message[], { context }: RequestScope): void {
  if (context.capabilities.prefill !== false || messages.at(-1)?.role !== 'assistant') return;
  throw new UnsupportedFieldError('messages', 'the model does not go on from the beginning of an answer');
}

/** Neighbours of one role become one turn, as Converse demands. */
function append(turns: Turn[], role: Turn['role'], content: JsonObject[]): void {
  if (content.length === 0) return;
  const last = turns.at(-1);
  if (last?.role !== role) turns.push({ role, content });
  else for (const block of content) last.content.push(block);
}

function writeResults(message: ToolMessage, scope: RequestScope): JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const part of message.parts) {
    blocks.push(writeToolResult(part, scope));
    scope.cachePoints.markMessages(
      blocks,
      part.cacheMark ?? part.content.findLast((inner) => inner.cacheMark)?.cacheMark,
    );
  }
  return blocks;
}

function writeUser(message: UserMessage, scope: RequestScope): JsonObject[] {
  const { context, cachePoints, documentNames } = scope;
  if (message.name !== undefined) context.losses.drop('messages.name', 'Bedrock has no names for participants');
  const blocks: JsonObject[] = [];
  for (const part of message.parts) {
    if (part.kind === 'text') pushTexts(blocks, [part], scope);
    else if (part.kind === 'media') {
      blocks.push(writeMedia(part, context, documentNames));
      cachePoints.markMessages(blocks, part.cacheMark);
    } else
      throw new UnsupportedFieldError('messages.content', `Bedrock has nothing like a block of type "${part.type}"`);
  }
  return blocks;
}

function pushTexts(blocks: JsonObject[], parts: readonly TextPart[], { cachePoints }: RequestScope): void {
  for (const { text, cacheMark } of parts) {
    if (text.trim() !== '') blocks.push({ text });
    cachePoints.markMessages(blocks, cacheMark);
  }
}

/** A document must stand beside a text. */
function giveDocumentsText({ content }: Turn): void {
  if (content.some((block) => 'document' in block) && !content.some((block) => 'text' in block)) content.push(NO_WORD);
}

/** Claude refuses a beginning of its answer that ends with a blank. */
function trimLastTurn(turns: Turn[]): void {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  if (last?.role === 'assistant' && typeof block?.['text'] === 'string') {
    last.content.splice(-1, 1, { text: block['text'].trimEnd() });
  }
}
