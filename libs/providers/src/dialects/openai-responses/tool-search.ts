import { asNonEmptyString, asObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Tool } from '../../spec/model-request.js';
import type { ToolCallPart, ToolResultPart } from '../../spec/part.js';
import { readRequired } from './optional-field.js';
import { readTools } from './read-tools.js';
import { TOOL_SEARCH } from './tool-names.js';

/** What a client's search for tools found, and how the model hears of it. */
export interface FoundTools {
  readonly tools: readonly Tool[];
  readonly result: ToolResultPart;
}

const ITEM_TYPES: readonly unknown[] = ['tool_search_call', 'tool_search_output'];

/**
 * True for a `tool_search_call` or a `tool_search_output` of a search that the client ran. One that OpenAI ran itself has
 * no call id, and found tools that OpenAI keeps. Source: openai-node, `ResponseToolSearchCall`.
 */
export function isClientToolSearch(item: JsonObject): boolean {
  return ITEM_TYPES.includes(item['type']) && item['execution'] !== 'server' && typeof item['call_id'] === 'string';
}

/** Reads a `tool_search_call` of {@link isClientToolSearch}. @throws RequestUnreadableError when it has no call id. */
export function readToolSearchCall(item: JsonObject, path: string): ToolCallPart {
  const argumentsText = JSON.stringify(asObject(item['arguments']) ?? {});
  return { kind: 'tool-call', callId: readCallId(item, path), name: TOOL_SEARCH, argumentsText };
}

/**
 * Reads a `tool_search_output` of {@link isClientToolSearch}. The tools in it can be called from now on; the model is told
 * their names.
 *
 * @throws RequestUnreadableError when it has no call id or its tools cannot be read.
 */
export function readToolSearchOutput(item: JsonObject, path: string): FoundTools {
  const tools = readTools(item['tools'], `${path}.tools`);
  const names = tools.map((tool) => (tool.kind === 'function' ? tool.name : tool.type));
  const text = JSON.stringify({ tools: names });
  return { tools, result: { kind: 'tool-result', callId: readCallId(item, path), content: [{ kind: 'text', text }] } };
}

/** The tools with those that were found since; one that was found twice is there once, as it was found first. */
export function withFoundTools(offered: readonly Tool[], found: readonly Tool[]): readonly Tool[] {
  if (found.length === 0) return offered;
  const names = new Set(offered.map(nameOf));
  const further = found.filter((tool) => {
    const name = nameOf(tool);
    if (names.has(name)) return false;
    names.add(name);
    return true;
  });
  return [...offered, ...further];
}

function nameOf(tool: Tool): string {
  return tool.kind === 'function' ? tool.name : tool.type;
}

function readCallId(item: JsonObject, path: string): string {
  return readRequired(item, 'call_id', asNonEmptyString, 'must be a string', `${path}.call_id`);
}
