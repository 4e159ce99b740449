import { compact } from '../../json/read-json.js';
import type { FunctionTool, Tool } from '../../spec/model-request.js';
import { readCacheMark } from './cache-control.js';
import type { Fields } from './fields.js';

const WEB_SEARCH = /^web_search(_\d+)?$/;
const READ_NAMES: ReadonlySet<string> = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'strict',
  'cache_control',
]);

/** Reads `tools`. A tool without a type, or of type `custom`, is a function; all others are the vendor's own. */
export function readTools(body: Fields, unread: Set<string>): readonly Tool[] {
  return (body.fieldsOfEach('tools') ?? []).map((tool) => {
    const type = tool.text('type') ?? 'custom';
    if (type === 'custom') return readFunctionTool(tool, unread);
    return { kind: 'vendor', type, webSearch: WEB_SEARCH.test(type), value: tool.object };
  });
}

function readFunctionTool(tool: Fields, unread: Set<string>): FunctionTool {
  for (const name of tool.names()) if (!READ_NAMES.has(name)) unread.add(`tools.${name}`);
  return compact({
    kind: 'function' as const,
    name: tool.requiredText('name'),
    description: tool.text('description'),
    parameters: tool.requiredFields('input_schema').object,
    strict: tool.boolean('strict'),
    ...readCacheMark(tool.object),
  });
}
