import { isIssuedFor } from '../../model/issued-state.js';
import { THOUGHT_MARK } from '../../model/scripted-model.js';
import { Complaint } from '../complaint.js';
import type { ConverseBlock, ConverseBody, ConverseMessage } from './converse-schema.js';

/** Checks what Bedrock checks beyond the shape of a body. @throws Complaint */
export function checkConverse(body: ConverseBody, thinks: boolean): void {
  const { messages, toolConfig } = body;
  if (messages[0]?.role !== 'user') {
    throw refuse(
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    );
  }
  for (const [index, message] of messages.entries()) {
    if (message.role === messages[index - 1]?.role) {
      throw refuse(
        'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
      );
    }
    checkBlocks(message, index);
    checkResults(messages, index);
    if (thinks) checkReasoning(message, index);
  }
  const usesTools = messages.some(({ content }) => content.some(({ toolUse, toolResult }) => toolUse ?? toolResult));
  if (usesTools && toolConfig === undefined) {
    throw refuse('The toolConfig field must be defined when using toolUse and toolResult content blocks.');
  }
  const names = toolConfig?.tools.map(({ toolSpec }) => toolSpec?.name) ?? [];
  const choice = toolConfig?.toolChoice?.tool?.name;
  if (choice !== undefined && !names.includes(choice)) throw refuse(`Tool '${choice}' not found in provided tools`);
}

/** A refusal with Bedrock's status for requests that it cannot take. */
export function refuse(message: string): Complaint {
  return new Complaint(400, message);
}

function checkBlocks({ content }: ConverseMessage, index: number): void {
  for (const [at, block] of content.entries()) {
    const where = `messages.${index}.content.${at}`;
    if (Object.values(block).filter((member) => member !== undefined).length !== 1) {
      throw refuse(`The content block at ${where} must have exactly one member.`);
    }
    if (block.text?.trim() === '') {
      throw refuse(
        `The text field in the ContentBlock object at ${where} is blank. Add text to the text field, and try again.`,
      );
    }
    const reasoning = block.reasoningContent?.reasoningText;
    if (reasoning?.signature !== undefined && !isIssuedFor('anthropic', reasoning.signature, reasoning.text)) {
      throw refuse(`The model returned the following errors: ${where}: Invalid \`signature\` in \`thinking\` block`);
    }
  }
  const hasDocument = content.some(({ document }) => document !== undefined);
  if (hasDocument && !content.some(({ text }) => text !== undefined)) {
    throw refuse('A text block is required when using documents.');
  }
}

function checkResults(messages: readonly ConverseMessage[], index: number): void {
  const message = messages[index];
  const called = idsOf(messages[index - 1], ({ toolUse }) => toolUse?.toolUseId);
  const answered = idsOf(message, ({ toolResult }) => toolResult?.toolUseId);
  const orphan = answered.find((id) => !called.includes(id));
  if (orphan !== undefined) {
    throw refuse(
      `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`,
    );
  }
  const missing = called.filter((id) => !answered.includes(id));
  if (message !== undefined && missing.length > 0) {
    throw refuse(
      `Expected toolResult blocks at messages.${index}.content for the following Ids: ${missing.join(', ')}`,
    );
  }
}

/** A turn whose calls came with reasoning must bring it back. */
function checkReasoning({ content }: ConverseMessage, index: number): void {
  const isThought = content.some(({ toolUse }) => toolUse?.toolUseId.includes(THOUGHT_MARK));
  if (!isThought || content[0]?.reasoningContent !== undefined) return;
  throw refuse(
    `The model returned the following errors: messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found another block.`,
  );
}

function idsOf(message: ConverseMessage | undefined, idOf: (block: ConverseBlock) => string | undefined): string[] {
  return (message?.content ?? []).flatMap((block) => idOf(block) ?? []);
}
