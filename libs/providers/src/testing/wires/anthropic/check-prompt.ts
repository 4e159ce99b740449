import { asList, asObject } from '../../../json/read-json.js';
import type { Json, JsonObject } from '../../../spec/json.js';
import { isIssuedBy, isIssuedFor } from '../../model/issued-state.js';
import { THOUGHT_MARK } from '../../model/scripted-model.js';
import { Complaint } from '../complaint.js';
import type { ContentBlock, MessageParam, PromptBody } from './messages-schema.js';

const CACHE_MARKS_MAX = 4;

/** Checks what Anthropic checks beyond the shape of a prompt. @throws Complaint */
export function checkPrompt(body: PromptBody): void {
  if (body.messages[0]?.role !== 'user') throw refuse('messages: first message must use the "user" role');
  checkCacheMarks(body);
  checkTools(body);
  for (const [index, message] of body.messages.entries()) checkMessage(body, message, index);
}

/** A refusal with Anthropic's status for requests that it cannot take. */
export function refuse(message: string): Complaint {
  return new Complaint(400, message);
}

/** A message's blocks; a text is one block. */
export function blocksOf({ content }: MessageParam): readonly ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function checkCacheMarks(body: PromptBody): void {
  const marks = JSON.stringify(body).match(/"cache_control":\{/g)?.length ?? 0;
  if (marks <= CACHE_MARKS_MAX) return;
  throw refuse(`A maximum of ${CACHE_MARKS_MAX} blocks with cache_control may be provided. Found ${marks}.`);
}

function checkTools({ tools, tool_choice: choice, output_config: output }: PromptBody): void {
  const names = tools?.map(({ name }) => name ?? '') ?? [];
  if (new Set(names).size !== names.length) throw refuse('tools: Tool names must be unique.');
  if (choice !== undefined && choice.type !== 'none' && tools === undefined) {
    throw refuse('tool_choice: may only be specified while providing tools');
  }
  if (choice?.type === 'tool' && !names.includes(choice.name)) {
    throw refuse(`Tool '${choice.name}' not found in provided tools`);
  }
  if (hasOpenObject(output?.format?.schema as JsonObject | undefined)) {
    throw refuse(
      "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
    );
  }
}

function hasOpenObject(schema: Json | undefined): boolean {
  const fields = asObject(schema);
  if (fields === undefined) return asList(schema)?.some(hasOpenObject) ?? false;
  if (fields['type'] === 'object' && fields['additionalProperties'] !== false) return true;
  return Object.values(fields).some(hasOpenObject);
}

function checkMessage(body: PromptBody, message: MessageParam, index: number): void {
  const blocks = blocksOf(message);
  const isLast = index === body.messages.length - 1;
  if (blocks.length === 0 && !(isLast && message.role === 'assistant')) {
    throw refuse(
      `messages.${index}: all messages must have non-empty content except for the optional final assistant message`,
    );
  }
  if (message.role === 'assistant') checkAssistant(body, blocks, index, isLast);
  else checkResults(body, blocks, index);
}

function checkAssistant(body: PromptBody, blocks: readonly ContentBlock[], index: number, isLast: boolean): void {
  const last = blocks.at(-1);
  if (isLast && last?.type === 'text' && /\s$/.test(last.text)) {
    throw refuse('messages: final assistant content cannot end with trailing whitespace');
  }
  for (const [at, block] of blocks.entries()) {
    const signature = block.type === 'thinking' ? block.signature : undefined;
    if (signature !== undefined && block.type === 'thinking' && !holds(signature, block.thinking)) {
      throw refuse(`messages.${index}.content.${at}: Invalid \`signature\` in \`thinking\` block`);
    }
  }
  const called = idsOf(blocks, 'tool_use');
  const next = body.messages[index + 1];
  const answered = next === undefined ? [] : idsOf(blocksOf(next), 'tool_result');
  const unanswered = called.filter((id) => !answered.includes(id));
  if (!isLast && unanswered.length > 0) {
    throw refuse(
      `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${unanswered.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    );
  }
  if (called.length > 0 && demandsThinking(body, called, index)) checkThinkingFirst(blocks, index);
}

/** A signature holds for its text, and for reasoning that was never shown. */
function holds(signature: string, thinking: string): boolean {
  return isIssuedFor('anthropic', signature, thinking) || (thinking === '' && isIssuedBy('anthropic', signature));
}

/**
 * With a budget, Anthropic wants thinking before the tool calls of the turn that goes on. Adaptive thinking does not
 * insist; here it does where the calls came with thinking, so that a state lost on the way is noticed.
 */
function demandsThinking(body: PromptBody, called: readonly string[], index: number): boolean {
  const goesOn = body.messages.slice(index + 1).every((message) => message.role !== 'user' || isResults(message));
  if (body.thinking?.type === 'enabled' && goesOn) return true;
  return body.thinking?.type === 'adaptive' && called.some((id) => id.includes(THOUGHT_MARK));
}

function isResults(message: MessageParam): boolean {
  return idsOf(blocksOf(message), 'tool_result').length > 0;
}

function checkThinkingFirst(blocks: readonly ContentBlock[], index: number): void {
  const first = blocks[0]?.type ?? 'nothing';
  if (first === 'thinking' || first === 'redacted_thinking') return;
  throw refuse(
    `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`,
  );
}

function checkResults(body: PromptBody, blocks: readonly ContentBlock[], index: number): void {
  const before = body.messages[index - 1];
  const called = before === undefined ? [] : idsOf(blocksOf(before), 'tool_use');
  const orphan = idsOf(blocks, 'tool_result').find((id) => !called.includes(id));
  if (orphan !== undefined) {
    throw refuse(
      `messages.${index}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    );
  }
  const firstOther = blocks.findIndex(({ type }) => type !== 'tool_result');
  if (firstOther !== -1 && blocks.slice(firstOther).some(({ type }) => type === 'tool_result')) {
    throw refuse(
      `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: results must come before other content.`,
    );
  }
}

function idsOf(blocks: readonly ContentBlock[], type: 'tool_use' | 'tool_result'): string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'tool_use' && type === 'tool_use') return [block.id];
    return block.type === 'tool_result' && type === 'tool_result' ? [block.tool_use_id] : [];
  });
}
