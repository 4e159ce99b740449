import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { Message, SystemMessage, ToolMessage, UserMessage } from '../../spec/model-request.js';
import type { ToolResultPart } from '../../spec/part.js';
import { boundId } from './bounded-id.js';
import { writeAssistantMessage } from './write-assistant-message.js';
import { writeInputBlock } from './write-content.js';

/** The conversation as a Responses request has it. */
export interface WrittenInput {
  readonly instructions: string | undefined;
  readonly input: readonly JsonObject[];
}

/** What stands between two texts of the operator when they become one. */
const INSTRUCTIONS_SEPARATOR = '\n\n';

/**
 * Writes the conversation.
 *
 * What the operator says at the beginning becomes `instructions` and not items, because the Codex backend insists on
 * instructions and refuses messages of the role `system`, while every other server takes both; what it says later keeps
 * its place as a message of the `developer`. A request must have an input, so where the operator alone speaks, it
 * speaks in items.
 *
 * @throws UnsupportedFieldError for content that OpenAI Responses cannot be given.
 */
export function writeInput(messages: readonly Message[], context: WriteContext): WrittenInput {
  const firstOther = messages.findIndex(({ role }) => role !== 'system');
  const leading = messages.slice(0, Math.max(firstOther, 0)).filter((message) => message.role === 'system');
  const writer = new ItemWriter(context);
  const start = leading.length;
  const input = messages.slice(start).flatMap((message, index) => writer.write(message, `messages.${start + index}`));
  return { instructions: writeInstructions(leading, context), input };
}

function writeInstructions(messages: readonly SystemMessage[], context: WriteContext): string | undefined {
  const parts = messages.flatMap((message) => message.parts);
  if (parts.some((part) => part.cacheMark !== undefined)) {
    context.losses.drop('cache_control', 'OpenAI caches prompts by itself');
  }
  return parts.length === 0 ? undefined : parts.map((part) => part.text).join(INSTRUCTIONS_SEPARATOR);
}

/** Writes messages in order, and remembers which calls were of custom tools: their results are items of their own. */
class ItemWriter {
  private readonly freeTextCalls = new Set<string>();

  constructor(private readonly context: WriteContext) {}

  write(message: Message, field: string): readonly JsonObject[] {
    switch (message.role) {
      case 'system':
        return [this.writeSpeech('developer', message, field)];
      case 'user':
        return [this.writeSpeech('user', message, field)];
      case 'tool':
        return this.writeResults(message, field);
      case 'assistant':
        for (const part of message.parts) {
          if (part.kind === 'tool-call' && part.freeText === true) this.freeTextCalls.add(part.callId);
        }
        return writeAssistantMessage(message, field, this.context);
    }
  }

  private writeSpeech(role: 'developer' | 'user', message: SystemMessage | UserMessage, field: string): JsonObject {
    if (message.role === 'user' && message.name !== undefined) {
      this.context.losses.drop('messages.name', 'OpenAI Responses has no names of participants');
    }
    const content = message.parts.map((part, index) => {
      return writeInputBlock(part, `${field}.content.${index}`, this.context);
    });
    return { type: 'message', role, content };
  }

  private writeResults(message: ToolMessage, field: string): readonly JsonObject[] {
    return message.parts.map((result, index) => {
      if (result.isError === true) {
        this.context.losses.drop('messages.content.is_error', 'a failure is told by the text of the result alone');
      }
      const type = this.freeTextCalls.has(result.callId) ? 'custom_tool_call_output' : 'function_call_output';
      const output = this.writeOutput(result, `${field}.content.${index}`);
      return { type, call_id: boundId(result.callId), output };
    });
  }

  /** A single text goes as a string, which every server takes; a list is younger. */
  private writeOutput({ content }: ToolResultPart, field: string): string | readonly JsonObject[] {
    const [first] = content;
    if (first === undefined) return '';
    if (content.length === 1 && first.kind === 'text') return first.text;
    return content.map((part, index) => writeInputBlock(part, `${field}.content.${index}`, this.context));
  }
}
