import { asList, asObject, compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError, type LossReport } from '../../spec/loss-report.js';
import type { FunctionTool, ModelRequest, Tool } from '../../spec/model-request.js';
import { writeCacheMark } from './cache-control.js';

/** The version that every Claude model with web search understands. */
const WEB_SEARCH_TYPE = 'web_search_20250305';
/** The types of Anthropic's own tools end with the day of their version; no other vendor's do. */
const ANTHROPIC_TYPE = /_20\d{6}$/;

/**
 * Writes the tools of a request, and the web search that OpenAI clients ask for by `web_search_options`.
 *
 * @throws UnsupportedFieldError for a tool of another vendor, unless it searches the web.
 */
export function writeTools({ tools, parameters }: ModelRequest, context: WriteContext): readonly JsonObject[] {
  const written = tools.map((tool) => writeTool(tool, context));
  const asksForSearch = parameters.webSearchOptions !== undefined && !tools.some(isWebSearch);
  return asksForSearch ? [...written, writeWebSearch(parameters.webSearchOptions, context.losses)] : written;
}

function writeTool(tool: Tool, context: WriteContext): JsonObject {
  if (tool.kind === 'function') return writeFunctionTool(tool, context);
  if (ANTHROPIC_TYPE.test(tool.type)) return tool.value;
  if (tool.webSearch) return writeWebSearch(tool.value, context.losses);
  throw new UnsupportedFieldError('tools', `there is no equivalent of the tool "${tool.type}"`);
}

function writeFunctionTool(tool: FunctionTool, { capabilities, losses }: WriteContext): JsonObject {
  const isHeldToSchema = tool.strict === true && capabilities.structuredOutput !== false;
  if (tool.strict === true && !isHeldToSchema) losses.drop('tools.strict', 'the model cannot be held to a schema');
  return compact({
    name: tool.name,
    description: tool.description,
    // Anthropic requires the type, which others take for granted.
    input_schema: { type: 'object', ...(tool.parameters ?? { properties: {} }) },
    strict: isHeldToSchema ? true : undefined,
    ...writeCacheMark(tool),
  });
}

/** Writes a search as OpenAI (`filters`, `user_location`) and Gemini (`excludeDomains`) ask for it. */
function writeWebSearch(options: JsonObject, losses: LossReport): JsonObject {
  if (options['search_context_size'] !== undefined) {
    losses.drop('web_search_options.search_context_size', 'Anthropic chooses it itself');
  }
  const filters = asObject(options['filters']) ?? options;
  const location = asObject(options['user_location']);
  return compact({
    type: WEB_SEARCH_TYPE,
    name: 'web_search',
    allowed_domains: asList(filters['allowed_domains']),
    blocked_domains: asList(filters['blocked_domains']) ?? asList(options['excludeDomains']),
    // OpenAI's chat interface has the place one level deeper than its Responses interface.
    user_location: location && { ...(asObject(location['approximate']) ?? location), type: 'approximate' },
  });
}

function isWebSearch(tool: Tool): boolean {
  return tool.kind === 'vendor' && tool.webSearch;
}
