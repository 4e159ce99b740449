import { asObject, asString } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { Tool, ToolChoice } from '../../spec/model-request.js';

/** Writes `tool_choice`. A name that no function has, but a tool of the vendor, is written as that tool's type. */
export function writeToolChoice(choice: ToolChoice, tools: readonly Tool[]): Json {
  switch (choice.kind) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.kind;
    case 'tool':
      return writeToolName(choice.name, tools);
    case 'allowed':
      return {
        type: 'allowed_tools',
        mode: choice.mode,
        tools: choice.names.map((name) => writeToolName(name, tools)),
      };
  }
}

function writeToolName(name: string, tools: readonly Tool[]): JsonObject {
  for (const tool of tools) {
    if (tool.kind === 'function') continue;
    if (tool.type === 'custom' && customNameOf(tool.value) === name) return { type: 'custom', name };
    if (tool.webSearch && isNameOfWebSearch(name, tool.type)) return { type: 'web_search' };
    if (tool.type === name) return { type: name };
  }
  return { type: 'function', name };
}

/** Anthropic names its web search `web_search`, whatever the version in the type; Gemini has the type alone. */
function isNameOfWebSearch(name: string, type: string): boolean {
  return name === type || name === 'web_search';
}

function customNameOf(value: JsonObject): string | undefined {
  return asString(value['name']) ?? asString(asObject(value['custom'])?.['name']);
}
