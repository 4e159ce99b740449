import { asList, asNonEmptyString, asObject } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { ToolChoice } from '../../spec/model-request.js';
import { joinToolName } from './tool-names.js';

/**
 * Reads `tool_choice`. A tool that OpenAI runs itself is named by its type.
 *
 * @throws RequestUnreadableError for anything that OpenAI would refuse.
 */
export function readToolChoice(choice: Json | undefined): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { kind: choice };
  const value = asObject(choice);
  if (value === undefined) {
    throw new RequestUnreadableError('tool_choice', 'must be "none", "auto", "required" or an object');
  }
  if (value['type'] === 'allowed_tools') return readAllowed(value);
  return { kind: 'tool', name: readToolName(value, 'tool_choice') };
}

function readAllowed(value: JsonObject): ToolChoice {
  const mode = value['mode'];
  if (mode !== 'auto' && mode !== 'required') {
    throw new RequestUnreadableError('tool_choice.mode', 'must be "auto" or "required"');
  }
  const tools = asList(value['tools']);
  if (tools === undefined) throw new RequestUnreadableError('tool_choice.tools', 'must be a list');
  const names = tools.map((tool, index) => readToolName(asObject(tool) ?? {}, `tool_choice.tools.${index}`));
  return { kind: 'allowed', mode, names };
}

function readToolName(tool: JsonObject, path: string): string {
  const type = asNonEmptyString(tool['type']);
  if (type === undefined) throw new RequestUnreadableError(`${path}.type`, 'must be a string');
  if (type !== 'function' && type !== 'custom') return type;
  const name = asNonEmptyString(tool['name']);
  if (name === undefined) throw new RequestUnreadableError(`${path}.name`, 'must be a string');
  return joinToolName(asNonEmptyString(tool['namespace']), name);
}
