import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { Parameters, ToolChoice } from '../../spec/model-request.js';

/**
 * Writes which tools the model may or must call; undefined when there is nothing to say.
 *
 * @throws UnsupportedFieldError when a tool is required that was not offered, or when only some of them are allowed.
 */
export function writeToolChoice(
  { toolChoice, parallelToolCalls }: Parameters,
  tools: readonly JsonObject[],
): JsonObject | undefined {
  if (tools.length === 0 && !isForced(toolChoice)) return undefined;
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  switch (toolChoice?.kind) {
    case undefined:
      return parallelToolCalls === false ? { type: 'auto', ...single } : undefined;
    case 'auto':
      return { type: 'auto', ...single };
    case 'none':
      return { type: 'none' };
    case 'required':
      if (tools.length === 0) throw new UnsupportedFieldError('tool_choice', 'no tool was offered');
      return { type: 'any', ...single };
    case 'tool': {
      const { name } = toolChoice;
      const isOffered = tools.some((tool) => tool['name'] === name);
      if (!isOffered) throw new UnsupportedFieldError('tool_choice', `no tool "${name}" was offered`);
      return { type: 'tool', name, ...single };
    }
    case 'allowed':
      throw new UnsupportedFieldError('tool_choice', 'Anthropic cannot be told to use only some of the tools');
    default:
      return toolChoice satisfies never;
  }
}

/** True when the model must call a tool. */
export function isForced(choice: ToolChoice | undefined): boolean {
  return choice?.kind === 'required' || choice?.kind === 'tool';
}
