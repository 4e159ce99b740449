import type { JsonObject } from '../../../spec/json.js';
import type { OfferedChoice, OfferedTool } from '../../model/conversation.js';
import type { ResponsesBody } from './responses-schema.js';

/** The tools that a response offers, apart from those that the vendor runs itself. */
export function offeredTools({ tools = [] }: ResponsesBody): OfferedTool[] {
  return tools.flatMap((tool) => {
    if (tool.type === 'custom') return [{ name: String(tool.name), schema: undefined, freeText: true }];
    if (tool.type !== 'function') return [];
    return [{ name: String(tool.name), schema: (tool.parameters ?? undefined) as JsonObject | undefined }];
  });
}

/** Which of them may or must be called. */
export function offeredChoice({ tool_choice: choice }: ResponsesBody): OfferedChoice {
  if (choice === undefined || typeof choice === 'string') return choice ?? 'auto';
  if (choice.type === 'function' || choice.type === 'custom') return { name: String(choice.name) };
  return choice.type === 'allowed_tools' && choice.mode === 'required' ? 'required' : 'auto';
}
