import { asNonEmptyString, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { FunctionTool, Tool, ToolChoice, VendorTool } from '../../spec/model-request.js';
import { readList, readMember } from './read-member.js';
import { readSchema } from './read-schema.js';

/** Google's tools that search the web. */
const WEB_SEARCHES: ReadonlySet<string> = new Set([
  'googleSearch',
  'google_search',
  'googleSearchRetrieval',
  'google_search_retrieval',
  'enterpriseWebSearch',
  'enterprise_web_search',
]);

/** @throws RequestUnreadableError for a tool that is no object, or a function without a name or with a broken schema. */
export function readTools(value: Json | undefined): readonly Tool[] {
  return readList(value).flatMap((tool, index) => readTool(tool, `tools.${index}`));
}

/** Reads `toolConfig`; undefined when it leaves the choice to the model's default. */
export function readToolChoice(toolConfig: Json | undefined): ToolChoice | undefined {
  const config = asObject(toolConfig);
  const calling = config === undefined ? undefined : asObject(readMember(config, 'functionCallingConfig'));
  if (calling === undefined) return undefined;
  const mode = asString(readMember(calling, 'mode'))?.toUpperCase();
  const names = readList(readMember(calling, 'allowedFunctionNames')).flatMap((name) => asNonEmptyString(name) ?? []);
  switch (mode) {
    case 'NONE':
      return { kind: 'none' };
    case 'ANY':
      if (names.length === 0) return { kind: 'required' };
      return names.length === 1 && names[0] !== undefined
        ? { kind: 'tool', name: names[0] }
        : { kind: 'allowed', mode: 'required', names };
    case 'AUTO':
    case 'VALIDATED':
      return names.length === 0 ? { kind: 'auto' } : { kind: 'allowed', mode: 'auto', names };
    case undefined:
    case 'MODE_UNSPECIFIED':
      return undefined;
    default:
      throw new RequestUnreadableError(
        'toolConfig.functionCallingConfig.mode',
        'must be "AUTO", "ANY", "NONE" or "VALIDATED"',
      );
  }
}

/** One of Google's tools may hold several of ours: each of its members is one. */
function readTool(value: Json, field: string): Tool[] {
  const tool = asObject(value);
  if (tool === undefined) throw new RequestUnreadableError(field, 'must be an object');
  return Object.entries(tool).flatMap(([name, member]): Tool[] => {
    if (member === undefined || member === null) return [];
    if (name === 'functionDeclarations' || name === 'function_declarations') {
      return readList(member).map((declaration, index) => readFunction(declaration, `${field}.${name}.${index}`));
    }
    return [{ kind: 'vendor', type: name, webSearch: WEB_SEARCHES.has(name), value: { [name]: member } } as VendorTool];
  });
}

function readFunction(value: Json, field: string): FunctionTool {
  const declaration = asObject(value);
  const name = declaration === undefined ? undefined : asNonEmptyString(readMember(declaration, 'name'));
  if (declaration === undefined || name === undefined) {
    throw new RequestUnreadableError(`${field}.name`, 'must be a string with something in it');
  }
  return compact({
    kind: 'function' as const,
    name,
    description: asString(readMember(declaration, 'description')),
    parameters: readParameters(declaration, field),
  }) as FunctionTool;
}

function readParameters(declaration: JsonObject, field: string): JsonObject | undefined {
  const jsonSchema = readMember(declaration, 'parametersJsonSchema');
  if (jsonSchema !== undefined) {
    const schema = asObject(jsonSchema);
    if (schema === undefined) throw new RequestUnreadableError(`${field}.parametersJsonSchema`, 'must be an object');
    return schema;
  }
  const parameters = readMember(declaration, 'parameters');
  return parameters === undefined ? undefined : readSchema(parameters, `${field}.parameters`);
}
