import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { FunctionTool, ModelRequest, Tool, ToolChoice } from '../../spec/model-request.js';
import type { RequestScope } from './request-scope.js';

const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * The tools that the model may call. `tool_choice: none` takes all of them away, since Converse has no such choice.
 *
 * @throws UnsupportedFieldError for a tool that the vendor of another dialect runs itself.
 */
export function offeredTools({ tools, parameters }: ModelRequest): readonly FunctionTool[] {
  const functions = tools.map(requireFunction);
  return parameters.toolChoice?.kind === 'none' ? [] : functions;
}

/**
 * Writes the tools that are offered; undefined when there are none.
 *
 * @throws UnsupportedFieldError for a name or a choice that Converse does not take.
 */
export function writeToolConfig(
  tools: readonly FunctionTool[],
  choice: ToolChoice | undefined,
  scope: RequestScope,
): JsonObject | undefined {
  const toolChoice = writeToolChoice(choice, tools);
  if (tools.length === 0) return undefined;
  const written: JsonObject[] = [];
  for (const tool of tools) {
    written.push({ toolSpec: writeToolSpec(tool, scope) });
    scope.cachePoints.markTools(written, tool.cacheMark);
  }
  return { tools: written, ...(toolChoice === undefined ? {} : { toolChoice }) };
}

function requireFunction(tool: Tool): FunctionTool {
  if (tool.kind === 'function') return tool;
  throw new UnsupportedFieldError('tools', `Bedrock has no tool of type "${tool.type}"`);
}

function writeToolSpec(tool: FunctionTool, scope: RequestScope): JsonObject {
  const { name, description, parameters } = tool;
  if (!TOOL_NAME.test(name)) {
    throw new UnsupportedFieldError('tools', 'a name of a tool has 1 to 64 letters, digits, "_" and "-" on Bedrock');
  }
  return {
    name,
    // An empty description is refused.
    ...(description === undefined || description.trim() === '' ? {} : { description }),
    inputSchema: { json: { type: 'object', properties: {}, ...parameters } },
    ...(holdsToSchema(tool, scope) ? { strict: true } : {}),
  };
}

/** Models without structured output refuse the word `strict`. */
function holdsToSchema({ strict }: FunctionTool, { context }: RequestScope): boolean {
  if (strict !== true) return false;
  if (context.capabilities.structuredOutput === true) return true;
  context.losses.drop('tools.strict', 'the model is not known to hold arguments to a schema there');
  return false;
}

function writeToolChoice(choice: ToolChoice | undefined, tools: readonly FunctionTool[]): JsonObject | undefined {
  switch (choice?.kind) {
    case undefined:
    case 'none':
    // What Converse does by itself; some models refuse the word.
    case 'auto':
      return undefined;
    case 'required':
      if (tools.length === 0) throw new UnsupportedFieldError('tool_choice', 'no tool is offered');
      return { any: {} };
    case 'tool':
      if (!tools.some(({ name }) => name === choice.name)) {
        throw new UnsupportedFieldError('tool_choice', 'it names a tool that is not offered');
      }
      return { tool: { name: choice.name } };
    case 'allowed':
      throw new UnsupportedFieldError('tool_choice', 'Bedrock cannot be told which tools are allowed');
  }
}
