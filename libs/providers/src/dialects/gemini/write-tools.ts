import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { FunctionTool, ModelRequest, ToolChoice, VendorTool } from '../../spec/model-request.js';
import { dropCacheMarks } from './drop-cache-marks.js';

/** Google's own tools, which a request in its dialect may name. */
const NATIVE_TOOLS: ReadonlySet<string> = new Set([
  'googleSearch',
  'google_search',
  'googleSearchRetrieval',
  'google_search_retrieval',
  'enterpriseWebSearch',
  'enterprise_web_search',
  'codeExecution',
  'code_execution',
  'urlContext',
  'url_context',
  'googleMaps',
  'google_maps',
  'fileSearch',
  'file_search',
  'computerUse',
  'computer_use',
  'retrieval',
  'mcpServers',
  'mcp_servers',
]);

/** Members of another vendor's web search that say nothing about the search itself. */
const PLAIN_SEARCH_MEMBERS: ReadonlySet<string> = new Set(['type', 'name']);

/**
 * Writes tools. Functions go as JSON Schema (`parametersJsonSchema`), so that no keyword is lost on the way to Google's
 * older subset of OpenAPI.
 *
 * @throws UnsupportedFieldError for a tool of another vendor that Google has nothing like.
 */
export function writeTools(request: ModelRequest, context: WriteContext): readonly JsonObject[] | undefined {
  const { tools, parameters } = request;
  const functions = tools.filter((tool) => tool.kind === 'function');
  const vendors = tools.filter((tool) => tool.kind === 'vendor');
  const written = [
    ...(functions.length === 0
      ? []
      : [{ functionDeclarations: functions.map((tool) => writeFunction(tool, context)) }]),
    ...vendors.map((tool) => writeVendorTool(tool, context)),
    ...(parameters.webSearchOptions === undefined ? [] : [{ googleSearch: {} }]),
  ];
  return written.length === 0 ? undefined : written;
}

/** Writes which functions may or must be called. */
export function writeToolConfig(choice: ToolChoice | undefined): JsonObject | undefined {
  if (choice === undefined) return undefined;
  return { functionCallingConfig: writeFunctionCalling(choice) };
}

function writeFunctionCalling(choice: ToolChoice): JsonObject {
  switch (choice.kind) {
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
    case 'allowed':
      // Google takes names with AUTO not at all, and with VALIDATED as a choice that is open.
      return { mode: choice.mode === 'auto' ? 'VALIDATED' : 'ANY', allowedFunctionNames: choice.names };
  }
}

function writeFunction(tool: FunctionTool, context: WriteContext): JsonObject {
  dropCacheMarks([tool], context.losses);
  if (tool.strict === true) {
    context.losses.drop('tools.strict', 'Gemini cannot be held to the schema of a single function');
  }
  return compact({ name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters });
}

function writeVendorTool(tool: VendorTool, context: WriteContext): JsonObject {
  if (NATIVE_TOOLS.has(tool.type) && tool.value[tool.type] !== undefined) return tool.value;
  if (!tool.webSearch) throw new UnsupportedFieldError('tools', `Gemini has nothing like the tool "${tool.type}"`);
  if (Object.keys(tool.value).some((name) => !PLAIN_SEARCH_MEMBERS.has(name))) {
    context.losses.drop(`tools.${tool.type}`, "the options of the web search have no counterpart in Google's");
  }
  return { googleSearch: {} };
}
