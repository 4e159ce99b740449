import type { JsonObject } from '../../../spec/json.js';
import type { OfferedChoice, OfferedTool } from '../../model/conversation.js';
import type { ChatBody } from './chat-schema.js';

/** The tools that a chat completion offers. */
export function offeredTools({ tools = [] }: ChatBody): OfferedTool[] {
  return tools.map(offeredTool);
}

/** Which of them may or must be called. */
export function offeredChoice({ tool_choice: choice }: ChatBody): OfferedChoice {
  if (choice === undefined || typeof choice === 'string') return choice ?? 'auto';
  switch (choice.type) {
    case 'function':
      return { name: choice.function.name };
    case 'custom':
      return { name: choice.custom.name };
    default:
      return choice.allowed_tools.mode;
  }
}

function offeredTool(tool: NonNullable<ChatBody['tools']>[number]): OfferedTool {
  if (tool.type === 'custom') return { name: tool.custom.name, schema: undefined, freeText: true };
  return { name: tool.function.name, schema: (tool.function.parameters ?? undefined) as JsonObject | undefined };
}
