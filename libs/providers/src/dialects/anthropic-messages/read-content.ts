import type { JsonObject } from '../../spec/json.js';
import type { AssistantPart, MediaPart, TextPart, ToolResultPart, UnknownPart, UserPart } from '../../spec/part.js';
import { compact } from '../../json/read-json.js';
import { readCacheMark } from './cache-control.js';
import { readCitations } from './citations.js';
import { Fields } from './fields.js';
import { readDocument, readImage } from './read-media-part.js';
import { readRedactedData, readThinkingBlock } from './reasoning-block.js';

/** The blocks of a member that may also be a string, which is short for one text block. */
export function readBlocks(owner: Fields, name: string): readonly Fields[] {
  const value = owner.value(name);
  if (typeof value === 'string') return [Fields.of({ type: 'text', text: value }, owner.pathOf(name))];
  return owner.fieldsOfEach(name) ?? [];
}

/** Reads a `text` block. */
export function readText(block: Fields): TextPart {
  return {
    kind: 'text',
    text: block.requiredText('text'),
    ...readCacheMark(block.object),
    ...readCitations(block.list('citations') ?? []),
  };
}

/** Reads a block of a user message that is no result of a tool. */
export function readUserPart(block: Fields, unread: Set<string>): UserPart {
  switch (block.requiredText('type')) {
    case 'text':
      return readText(block);
    case 'image':
      return readImage(block);
    case 'document':
      return readDocument(block, unread);
    default:
      return unknownPart(block.object);
  }
}

/** Reads a block of an assistant message. */
export function readAssistantPart(block: Fields): AssistantPart {
  switch (block.requiredText('type')) {
    case 'text':
      return readText(block);
    case 'thinking':
      return readThinkingBlock(block.object);
    case 'redacted_thinking':
      return { kind: 'reasoning', text: '', state: readRedactedData(block.requiredText('data')) };
    case 'tool_use':
      return {
        kind: 'tool-call',
        callId: block.requiredText('id'),
        name: block.requiredText('name'),
        argumentsText: JSON.stringify(block.fields('input')?.object ?? {}),
        ...readCacheMark(block.object),
      };
    default:
      return unknownPart(block.object);
  }
}

/** Reads a `tool_result` block. */
export function readToolResult(block: Fields, unread: Set<string>): ToolResultPart {
  return compact({
    kind: 'tool-result' as const,
    callId: block.requiredText('tool_use_id'),
    content: readBlocks(block, 'content').map((item) => readToolResultContent(item, unread)),
    isError: block.boolean('is_error'),
    ...readCacheMark(block.object),
  });
}

/** What a tool answered is data, so a block that the hub has no word for still says all it has to say as JSON. */
function readToolResultContent(block: Fields, unread: Set<string>): TextPart | MediaPart {
  const part = readUserPart(block, unread);
  return part.kind === 'unknown' ? { kind: 'text', text: JSON.stringify(part.value) } : part;
}

function unknownPart(block: JsonObject): UnknownPart {
  return { kind: 'unknown', type: String(block['type']), value: block };
}
