import { parseObject, asString } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { FunctionTool, Tool } from '../../spec/model-request.js';
import { boundId, ID_CHARACTERS_MAX } from './bounded-id.js';

/**
 * A tool that only this dialect knows, as a function that every provider knows.
 *
 * Codex offers the tools of every MCP server as one `namespace`, and its patches as a `custom` tool whose input is free
 * text, and has a search of its own for tools that it did not offer yet, {@link TOOL_SEARCH}. No other dialect has any of
 * these, so all are offered as plain functions, and a call of one is turned back for the client: see
 * {@link findTranslatedTool}.
 */
export interface TranslatedTool extends FunctionTool {
  /** The client's own object: the custom tool, or the whole namespace that the tool stands in. */
  readonly source: JsonObject;
  /** The tool's name as the client knows it. */
  readonly ownName: string;
  /** The namespace that {@link ownName} stands in. */
  readonly namespace?: string;
  /** True when the client expects free text, and not JSON: what stands in {@link FREE_TEXT_ARGUMENT}. */
  readonly freeText?: true;
  /** True for the client's own search for tools, whose calls and results are items of their own. */
  readonly searchesTools?: true;
}

/** The type of the tool that searches for tools, and the name of the function that it becomes. */
export const TOOL_SEARCH = 'tool_search';

/** The one argument of a function that stands for a custom tool. */
export const FREE_TEXT_ARGUMENT = 'input';

const SEPARATOR = '__';
const DIGEST_CHARACTERS = 12;

/** One name for a tool in a namespace, no longer than any provider takes; the same pair always gives the same name. */
export function joinToolName(namespace: string | undefined, name: string): string {
  if (namespace === undefined) return name;
  const joined = namespace.endsWith(SEPARATOR) ? namespace + name : namespace + SEPARATOR + name;
  if (joined.length <= ID_CHARACTERS_MAX) return joined;
  const digest = boundId(joined).slice(0, DIGEST_CHARACTERS);
  return `${joined.slice(0, ID_CHARACTERS_MAX - DIGEST_CHARACTERS - 1)}_${digest}`;
}

/** The tool that was translated to the function `name`, if it is one. */
export function findTranslatedTool(tools: readonly Tool[], name: string): TranslatedTool | undefined {
  return tools.find((tool): tool is TranslatedTool => isTranslated(tool) && tool.name === name);
}

/** True for a tool that this dialect read as a function, though it is not a plain one. */
export function isTranslated(tool: Tool): tool is TranslatedTool {
  return 'ownName' in tool;
}

/** The arguments of a function that stands for a custom tool. */
export function wrapFreeText(text: string): string {
  return JSON.stringify({ [FREE_TEXT_ARGUMENT]: text });
}

/** The free text in such arguments; the arguments themselves when the model did not keep to their shape. */
export function unwrapFreeText(argumentsText: string): string {
  return asString(parseObject(argumentsText)?.[FREE_TEXT_ARGUMENT]) ?? argumentsText;
}
