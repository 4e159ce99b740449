import { asList, asNonEmptyString, asObject, asString } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { Message, Tool } from '../../spec/model-request.js';
import type { AssistantPart, MediaPart, TextPart, ToolResultPart, UserPart } from '../../spec/part.js';
import { Conversation } from './conversation.js';
import { readImageCall } from './image-call.js';
import { readRequired } from './optional-field.js';
import { readContent, readTextContent } from './read-content.js';
import { readReasoningItem } from './reasoning-item.js';
import { readTools } from './read-tools.js';
import { joinToolName, wrapFreeText } from './tool-names.js';
import { isClientToolSearch, readToolSearchCall, readToolSearchOutput } from './tool-search.js';

/** The conversation, and what of it only OpenAI understands. */
export interface ReadInput {
  readonly messages: readonly Message[];
  /** Tools that were added in the course of it. */
  readonly tools: readonly Tool[];
  /** Types of items that were passed over, because what they hold is also told by the text that follows them. */
  readonly skippedTypes: readonly string[];
}

/** Records of what OpenAI's own tools did for an earlier answer. */
const RECORD_TYPES: ReadonlySet<string> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'mcp_list_tools',
]);

/**
 * Reads `input`: a text, or a list of items. An item that only OpenAI understands and that cannot be passed over, such
 * as a reference to a stored item, becomes an unknown part, so that no other dialect takes the request.
 *
 * @throws RequestUnreadableError when it is neither, or when an item lacks what its type needs.
 */
export function readInput(input: Json | undefined): ReadInput {
  const text = asString(input);
  if (text !== undefined) {
    return { messages: [{ role: 'user', parts: [{ kind: 'text', text }] }], tools: [], skippedTypes: [] };
  }
  const items = asList(input);
  if (items === undefined) throw new RequestUnreadableError('input', 'must be a string or a list');
  const conversation = new Conversation();
  const tools: Tool[] = [];
  const skippedTypes = new Set<string>();
  for (const [index, entry] of items.entries()) {
    const path = `input.${index}`;
    const item = asObject(entry);
    if (item === undefined) throw new RequestUnreadableError(path, 'must be an object');
    const type = typeOf(item, path);
    if (RECORD_TYPES.has(type)) skippedTypes.add(type);
    else readItem(item, { type, path, conversation, tools });
  }
  return { messages: conversation.messages, tools, skippedTypes: [...skippedTypes] };
}

/** An easy message has no type, and a reference to a stored item needs none. */
function typeOf(item: JsonObject, path: string): string {
  const type = asNonEmptyString(item['type']);
  if (type !== undefined) return type;
  if (item['role'] !== undefined) return 'message';
  if (item['id'] !== undefined) return 'item_reference';
  throw new RequestUnreadableError(`${path}.type`, 'must be a string');
}

/** Where an item stands, and where what it holds goes. */
interface ItemPlace {
  readonly type: string;
  readonly path: string;
  readonly conversation: Conversation;
  readonly tools: Tool[];
}

function readItem(item: JsonObject, place: ItemPlace): void {
  const { type, path, conversation, tools } = place;
  switch (type) {
    case 'message':
      readMessage(item, path, conversation);
      break;
    case 'reasoning':
      conversation.addAssistantParts(present(readReasoningItem(item)));
      break;
    case 'function_call':
    case 'custom_tool_call':
      conversation.addAssistantParts([readToolCall(item, path, type)]);
      break;
    case 'function_call_output':
    case 'custom_tool_call_output':
      conversation.addToolResult(readToolResult(item, path));
      break;
    case 'image_generation_call':
      conversation.addAssistantParts(present(readImageCall(item)));
      break;
    case 'additional_tools':
      tools.push(...readTools(item['tools'], `${path}.tools`));
      break;
    default:
      if (isClientToolSearch(item)) readToolSearchItem(item, place);
      else conversation.add({ role: 'user', parts: [{ kind: 'unknown', type, value: item }] });
  }
}

function readToolSearchItem(item: JsonObject, { type, path, conversation, tools }: ItemPlace): void {
  if (type === 'tool_search_call') return conversation.addAssistantParts([readToolSearchCall(item, path)]);
  const found = readToolSearchOutput(item, path);
  tools.push(...found.tools);
  conversation.addToolResult(found.result);
}

function readMessage(item: JsonObject, path: string, conversation: Conversation): void {
  const contentPath = `${path}.content`;
  switch (item['role']) {
    case 'system':
    case 'developer':
      conversation.add({ role: 'system', parts: readTextContent(item['content'], contentPath) });
      break;
    case 'user':
      conversation.add({ role: 'user', parts: readUserContent(item['content'], contentPath) });
      break;
    case 'assistant':
      conversation.addAssistantParts(readContent(item['content'], contentPath));
      break;
    default:
      throw new RequestUnreadableError(`${path}.role`, 'must be "user", "assistant", "system" or "developer"');
  }
}

function readUserContent(content: Json | undefined, path: string): readonly UserPart[] {
  return readContent(content, path).map((part, index) => {
    if (part.kind !== 'refusal') return part;
    throw new RequestUnreadableError(`${path}.${index}.type`, 'must not be "refusal" in a message of the user');
  });
}

function readToolCall(item: JsonObject, path: string, type: 'function_call' | 'custom_tool_call'): AssistantPart {
  const isCustom = type === 'custom_tool_call';
  const argument = isCustom ? 'input' : 'arguments';
  const name = readRequired(item, 'name', asNonEmptyString, 'must be a string', `${path}.name`);
  const text = readRequired(item, argument, asString, 'must be a string', `${path}.${argument}`);
  return {
    kind: 'tool-call',
    callId: readCallId(item, path),
    name: joinToolName(asNonEmptyString(item['namespace']), name),
    argumentsText: isCustom ? wrapFreeText(text) : text,
  };
}

function readToolResult(item: JsonObject, path: string): ToolResultPart {
  const outputPath = `${path}.output`;
  const content = readContent(item['output'], outputPath).map((part, index): TextPart | MediaPart => {
    if (part.kind === 'text' || part.kind === 'media') return part;
    throw new RequestUnreadableError(`${outputPath}.${index}.type`, 'is not known in the output of a tool');
  });
  return { kind: 'tool-result', callId: readCallId(item, path), content };
}

function readCallId(item: JsonObject, path: string): string {
  return readRequired(item, 'call_id', asNonEmptyString, 'must be a string', `${path}.call_id`);
}

function present<Part>(part: Part | undefined): readonly Part[] {
  return part === undefined ? [] : [part];
}
