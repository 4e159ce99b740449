import { asObject, asString, compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { Tool, ToolChoice, VendorTool } from '../../spec/model-request.js';
import { writeCacheMark } from './write-cache-mark.js';

/**
 * Writes the tools that a chat request can hold: functions and custom tools. A web search is no tool there; see
 * {@link writeWebSearch}.
 *
 * @throws UnsupportedFieldError for a tool that only its own vendor has.
 */
export function writeTools(tools: readonly Tool[], context: WriteContext): readonly JsonObject[] {
  return tools.flatMap((tool) => {
    if (tool.kind === 'vendor') return writeVendorTool(tool);
    const { name, description, parameters, strict, cacheMark } = tool;
    return compact({
      type: 'function',
      function: compact({ name, description, parameters, strict }),
      cache_control: writeCacheMark(cacheMark, context),
    });
  });
}

/** The search options that stand for a web search tool of another dialect; undefined when none is offered. */
export function writeWebSearch(tools: readonly Tool[]): JsonObject | undefined {
  const search = tools.find((tool) => tool.kind === 'vendor' && tool.webSearch);
  if (search?.kind !== 'vendor') return undefined;
  const location = asObject(search.value['user_location']);
  return compact({
    search_context_size: asString(search.value['search_context_size']),
    user_location: location === undefined ? undefined : writeLocation(location),
  });
}

/** Writes which tools may or must be called, among those that were written. */
export function writeToolChoice(choice: ToolChoice, tools: readonly JsonObject[]): Json {
  switch (choice.kind) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.kind;
    case 'tool':
      return writeReference(choice.name, tools);
    case 'allowed': {
      const { mode, names } = choice;
      const allowed = names.map((name) => writeReference(name, tools));
      return { type: 'allowed_tools', allowed_tools: { mode, tools: allowed } };
    }
  }
}

function writeVendorTool({ type, webSearch, value }: VendorTool): readonly JsonObject[] {
  if (webSearch) return [];
  if (type !== 'custom') {
    throw new UnsupportedFieldError('tools', `a tool of type "${type}" exists only at its own vendor`);
  }
  // OpenAI's other interface has the same tool with its members one level up.
  if (asObject(value['custom']) !== undefined) return [value];
  const { type: _type, ...custom } = value;
  return [{ type, custom }];
}

function writeReference(name: string, tools: readonly JsonObject[]): JsonObject {
  const isCustom = tools.some((tool) => asObject(tool['custom'])?.['name'] === name);
  return isCustom ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } };
}

/** Other dialects have the place itself where chat has it under `approximate`. */
function writeLocation(location: JsonObject): JsonObject {
  if (asObject(location['approximate']) !== undefined) return location;
  const { city, country, region, timezone } = location;
  return { type: 'approximate', approximate: compact({ city, country, region, timezone }) };
}
