import type { Message } from '../../spec/model-request.js';
import type { AssistantPart, ToolResultPart } from '../../spec/part.js';

/**
 * Puts the items of a Responses request together to messages: what the model said in one go becomes one message, however
 * many items it came in, and so do the results of the calls it made at once. Other dialects know no calls apart from
 * the message that they stand in.
 */
export class Conversation {
  private readonly list: Message[] = [];
  /** Parts of the last message, while it may still grow. */
  private assistantParts: AssistantPart[] | undefined;
  private toolResults: ToolResultPart[] | undefined;

  get messages(): readonly Message[] {
    return this.list;
  }

  add(message: Message): void {
    this.assistantParts = undefined;
    this.toolResults = undefined;
    this.list.push(message);
  }

  addAssistantParts(parts: readonly AssistantPart[]): void {
    if (parts.length === 0) return;
    if (this.assistantParts === undefined) {
      const grown: AssistantPart[] = [];
      this.add({ role: 'assistant', parts: grown });
      this.assistantParts = grown;
    }
    for (const part of parts) this.assistantParts.push(part);
  }

  addToolResult(result: ToolResultPart): void {
    if (this.toolResults === undefined) {
      const grown: ToolResultPart[] = [];
      this.add({ role: 'tool', parts: grown });
      this.toolResults = grown;
    }
    this.toolResults.push(result);
  }
}
