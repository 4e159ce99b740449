import { asList, asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { FunctionTool, ModelRequest, VendorTool } from '../../spec/model-request.js';
import { isWebSearchType } from './read-tools.js';

/** The types of OpenAI's other tools, which a Responses provider takes as they are. */
const OWN_TYPES: ReadonlySet<string> = new Set([
  'file_search',
  'code_interpreter',
  'image_generation',
  'mcp',
  'computer',
  'computer_use_preview',
  'local_shell',
  'shell',
  'apply_patch',
  'tool_search',
  'programmatic_tool_calling',
  'namespace',
]);

const NO_PARAMETERS: JsonObject = { type: 'object', properties: {} };

/**
 * Writes the tools, and the web search that chat asks for with `web_search_options`.
 *
 * @throws UnsupportedFieldError for a tool of another vendor that OpenAI has no equivalent for.
 */
export function writeTools(request: ModelRequest, context: WriteContext): readonly JsonObject[] {
  const tools = request.tools.map((tool, index) => {
    if (tool.kind === 'vendor') return writeVendorTool(tool, `tools.${index}`, context);
    return writeFunction(tool, context);
  });
  const options = request.parameters.webSearchOptions;
  return options === undefined ? tools : [...tools, writeWebSearchOptions(options)];
}

/** Strictness is said out loud, since OpenAI Responses is strict by itself and other dialects are not. */
function writeFunction(tool: FunctionTool, context: WriteContext): JsonObject {
  if (tool.cacheMark !== undefined) context.losses.drop('cache_control', 'OpenAI caches prompts by itself');
  return compact({
    type: 'function',
    name: tool.name,
    description: tool.description,
    parameters: tool.parameters ?? NO_PARAMETERS,
    strict: tool.strict ?? false,
  });
}

function writeVendorTool(tool: VendorTool, field: string, context: WriteContext): JsonObject {
  if (isWebSearchType(tool.type) || OWN_TYPES.has(tool.type)) return tool.value;
  if (tool.type === 'custom') return writeCustomTool(tool.value);
  if (tool.webSearch) return writeWebSearch(tool.value, context);
  throw new UnsupportedFieldError(field, `"${tool.type}" has no equivalent in OpenAI Responses`);
}

/** Chat nests a custom tool, and its grammar, one level deeper. */
function writeCustomTool(value: JsonObject): JsonObject {
  const custom = asObject(value['custom']);
  if (custom === undefined) return value;
  const format = asObject(custom['format']);
  const grammar = asObject(format?.['grammar']);
  return { type: 'custom', ...custom, ...(grammar === undefined ? {} : { format: { type: 'grammar', ...grammar } }) };
}

/** Another vendor's web search: where to search and from where is carried, the rest has no counterpart. */
function writeWebSearch(value: JsonObject, context: WriteContext): JsonObject {
  for (const name of ['blocked_domains', 'max_uses']) {
    if (value[name] !== undefined) context.losses.drop(`tools.${name}`, 'the web search of OpenAI does not know it');
  }
  const allowed = asList(value['allowed_domains']);
  return compact({
    type: 'web_search',
    filters: allowed === undefined ? undefined : { allowed_domains: allowed },
    user_location: asObject(value['user_location']),
  });
}

function writeWebSearchOptions(options: JsonObject): JsonObject {
  const place = asObject(asObject(options['user_location'])?.['approximate']);
  return compact({
    type: 'web_search',
    search_context_size: asNonEmptyString(options['search_context_size']),
    user_location: place === undefined ? undefined : { ...place, type: 'approximate' },
  });
}
