import { asBoolean, asList, asNonEmptyString, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { FunctionTool, Tool } from '../../spec/model-request.js';
import { readOptional, readRequired } from './optional-field.js';
import { FREE_TEXT_ARGUMENT, joinToolName, TOOL_SEARCH, type TranslatedTool } from './tool-names.js';

const WEB_SEARCH_TYPES: ReadonlySet<string> = new Set([
  'web_search',
  'web_search_2025_08_26',
  'web_search_preview',
  'web_search_preview_2025_03_11',
]);

/** The schema of the function that a custom tool becomes. */
const FREE_TEXT_PARAMETERS: JsonObject = {
  type: 'object',
  properties: { [FREE_TEXT_ARGUMENT]: { type: 'string' } },
  required: [FREE_TEXT_ARGUMENT],
  additionalProperties: false,
};

/** True for the types by which OpenAI offers its plain web search. */
export function isWebSearchType(type: string): boolean {
  return WEB_SEARCH_TYPES.has(type);
}

/**
 * Reads `tools`. A namespace becomes as many functions as it holds, and a custom tool a function whose one argument is
 * its free text; see {@link TranslatedTool}.
 *
 * @param path Where they stand.
 * @throws RequestUnreadableError when a tool has no type, or a function no name.
 */
export function readTools(tools: Json | undefined, path = 'tools'): readonly Tool[] {
  if (tools === undefined || tools === null) return [];
  const list = asList(tools);
  if (list === undefined) throw new RequestUnreadableError(path, 'must be a list');
  return list.flatMap((entry, index) => readTool(entry, `${path}.${index}`));
}

function readTool(entry: Json, path: string): readonly Tool[] {
  const value = asObject(entry);
  if (value === undefined) throw new RequestUnreadableError(path, 'must be an object');
  const type = readRequired(value, 'type', asNonEmptyString, 'must be a string', `${path}.type`);
  if (type === 'function') return [readFunction(value, path)];
  if (type === 'custom') return [readCustomTool(value, path, { source: value })];
  if (type === 'namespace') return readNamespace(value, path);
  if (type === TOOL_SEARCH && value['execution'] === 'client') return [readToolSearch(value, path)];
  return [{ kind: 'vendor', type, webSearch: isWebSearchType(type), value }];
}

function readFunction(value: JsonObject, path: string): FunctionTool {
  return compact({
    kind: 'function' as const,
    name: readName(value, path),
    description: readDescription(value, path),
    parameters: readOptional(value, 'parameters', asObject, 'must be an object', `${path}.parameters`),
    strict: readOptional(value, 'strict', asBoolean, 'must be true or false', `${path}.strict`),
  });
}

function readNamespace(value: JsonObject, path: string): readonly TranslatedTool[] {
  const namespace = readName(value, path);
  const members = readRequired(value, 'tools', asList, 'must be a list', `${path}.tools`);
  return members.map((member, index) => {
    const memberPath = `${path}.tools.${index}`;
    const fields = asObject(member);
    if (fields === undefined) throw new RequestUnreadableError(memberPath, 'must be an object');
    if (fields['type'] === 'custom') return readCustomTool(fields, memberPath, { source: value, namespace });
    const tool = readFunction(fields, memberPath);
    return { ...tool, name: joinToolName(namespace, tool.name), ownName: tool.name, namespace, source: value };
  });
}

/** A search for tools that the client runs. One that OpenAI runs has no arguments, and no equivalent elsewhere. */
function readToolSearch(value: JsonObject, path: string): TranslatedTool {
  return compact({
    kind: 'function' as const,
    name: TOOL_SEARCH,
    description: readDescription(value, path),
    parameters: readOptional(value, 'parameters', asObject, 'must be an object', `${path}.parameters`),
    searchesTools: true as const,
    ownName: TOOL_SEARCH,
    source: value,
  });
}

function readCustomTool(
  value: JsonObject,
  path: string,
  place: { readonly source: JsonObject; readonly namespace?: string },
): TranslatedTool {
  const ownName = readName(value, path);
  return compact({
    kind: 'function' as const,
    name: joinToolName(place.namespace, ownName),
    description: describeFreeText(readDescription(value, path), asObject(value['format'])),
    parameters: FREE_TEXT_PARAMETERS,
    freeText: true as const,
    ownName,
    ...place,
  });
}

/** A grammar cannot be enforced elsewhere, but a model that reads it mostly keeps to it. */
function describeFreeText(description: string | undefined, format: JsonObject | undefined): string | undefined {
  const definition = asNonEmptyString(format?.['definition']);
  if (definition === undefined) return description;
  const grammar = `"${FREE_TEXT_ARGUMENT}" must match this ${asString(format?.['syntax']) ?? ''} grammar:\n${definition}`;
  return description === undefined ? grammar : `${description}\n\n${grammar}`;
}

function readName(value: JsonObject, path: string): string {
  return readRequired(value, 'name', asNonEmptyString, 'must be a string', `${path}.name`);
}

function readDescription(value: JsonObject, path: string): string | undefined {
  return readOptional(value, 'description', asString, 'must be a string', `${path}.description`);
}
