import { asObject, asString, compact } from '../../json/read-json.js';
import type { Json } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { FunctionTool, Tool, ToolChoice } from '../../spec/model-request.js';
import { readCacheMark } from './read-cache-mark.js';
import { StrictMembers } from './strict-members.js';

const WEB_SEARCH_TYPE = /^web_search/;
const CHOICE_PROBLEM = 'must be "none", "auto", "required" or an object that names tools';
const MODES = ['auto', 'required'] as const;

/** Reads `tools`. Functions are understood; a tool of any other type is kept as it is. */
export function readTools(body: StrictMembers): readonly Tool[] {
  const tools = body.objects('tools') ?? [];
  return tools.map((fields, index): Tool => {
    const tool = new StrictMembers(fields, `tools.${index}`);
    const type = tool.requiredString('type');
    if (type !== 'function') return { kind: 'vendor', type, webSearch: WEB_SEARCH_TYPE.test(type), value: fields };
    const definition = tool.requiredMembers('function');
    return compact({
      ...readFunction(definition),
      cacheMark: readCacheMark(fields) ?? readCacheMark(asObject(fields['function']) ?? {}),
    });
  });
}

/** Reads `tool_choice`; undefined when the client left it open. */
export function readToolChoice(value: Json | undefined): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'none' || value === 'auto' || value === 'required') return { kind: value };
  const fields = asObject(value);
  if (fields === undefined) throw new RequestUnreadableError('tool_choice', CHOICE_PROBLEM);
  const choice = new StrictMembers(fields, 'tool_choice');
  switch (asString(fields['type'])) {
    case 'function':
      return { kind: 'tool', name: choice.requiredMembers('function').requiredString('name') };
    case 'custom':
      return { kind: 'tool', name: choice.requiredMembers('custom').requiredString('name') };
    case 'allowed_tools':
      return readAllowedTools(choice.requiredMembers('allowed_tools'));
    default:
      throw choice.error('type', 'must be "function", "custom" or "allowed_tools"');
  }
}

function readFunction(definition: StrictMembers): FunctionTool {
  return compact({
    kind: 'function' as const,
    name: definition.requiredString('name'),
    description: definition.string('description'),
    parameters: definition.object('parameters'),
    strict: definition.boolean('strict'),
  });
}

function readAllowedTools(allowed: StrictMembers): ToolChoice {
  const mode = allowed.word('mode', MODES) ?? 'auto';
  const tools = allowed.objects('tools') ?? [];
  if (tools.length === 0) throw allowed.error('tools', 'must not be empty');
  const names = tools.map((fields, index) => {
    const tool = new StrictMembers(fields, allowed.pathOf(`tools.${index}`));
    const type = tool.word('type', ['function', 'custom'] as const) ?? 'function';
    return tool.requiredMembers(type).requiredString('name');
  });
  return { kind: 'allowed', mode, names };
}
