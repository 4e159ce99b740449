import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { Message } from '../../spec/model-request.js';
import { writeAssistantPart, writeText, writeToolResult, writeUserPart } from './write-content.js';

/** A conversation as Anthropic takes it. */
export interface WrittenConversation {
  /** Blocks of all system messages, in order. */
  readonly system: readonly JsonObject[];
  readonly messages: readonly JsonObject[];
  /** The conversation ends with the beginning of the answer. */
  readonly isPrefilled: boolean;
  /** The model is in the middle of calling tools, and did not think before it began. */
  readonly callsToolsWithoutThinking: boolean;
}

interface Turn {
  readonly role: 'user' | 'assistant';
  /** What tools answered; Anthropic wants it before anything else of a turn. */
  readonly results: JsonObject[];
  readonly blocks: JsonObject[];
}

/** What stands for the user where Anthropic needs a turn and the client gave none. */
const PLACEHOLDER: JsonObject = { type: 'text', text: '.' };

/**
 * Writes a conversation: system messages are hoisted, neighbours of the same role become one turn, results of tools stand
 * first in theirs.
 *
 * Anthropic refuses a conversation that does not begin with the user. Clients of other dialects begin with a greeting of
 * the assistant, or send instructions only; both get a first turn that says as little as one can, so that nothing they
 * did say changes its place.
 *
 * @throws UnsupportedFieldError when the model cannot continue a partial answer and the conversation ends with one.
 */
export function writeMessages(messages: readonly Message[], context: WriteContext): WrittenConversation {
  const system = messages
    .filter((message) => message.role === 'system')
    .flatMap(({ parts }) => parts.flatMap((part) => writeText(part, context.losses)));
  const turns = joinTurns(messages, context);
  const last = turns.at(-1);
  const isPrefilled = last?.role === 'assistant';
  if (isPrefilled) {
    if (context.capabilities.prefill === false) {
      throw new UnsupportedFieldError('messages', 'the model cannot continue a partial answer of the assistant');
    }
    trimEndOfTurn(last);
  }
  if (turns[0]?.role !== 'user') turns.unshift({ role: 'user', results: [], blocks: [PLACEHOLDER] });
  return {
    system,
    messages: turns.map(({ role, results, blocks }) => ({ role, content: [...results, ...blocks] })),
    isPrefilled,
    callsToolsWithoutThinking: last !== undefined && last.results.length > 0 && !isThinking(turns.at(-2)?.blocks[0]),
  };
}

function joinTurns(messages: readonly Message[], context: WriteContext): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const written = writeTurn(message, context);
    if (written === undefined || written.results.length + written.blocks.length === 0) continue;
    if (written.role === 'user') dropThinkingAtEnd(turns);
    const last = turns.at(-1);
    if (last?.role === written.role) {
      last.results.push(...written.results);
      last.blocks.push(...written.blocks);
    } else {
      turns.push(written);
    }
  }
  dropThinkingAtEnd(turns);
  return turns;
}

/** Anthropic refuses a turn that ends with thinking, which is what is left of an answer that was cut while it thought. */
function dropThinkingAtEnd(turns: Turn[]): void {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return;
  while (isThinking(last.blocks.at(-1))) last.blocks.pop();
  if (last.blocks.length === 0) turns.pop();
}

function writeTurn(message: Message, context: WriteContext): Turn | undefined {
  const { losses } = context;
  if ('name' in message && message.name !== undefined) losses.drop('messages.name', 'Anthropic has no names');
  switch (message.role) {
    case 'system':
      return undefined;
    case 'user':
      return { role: 'user', results: [], blocks: message.parts.flatMap((part) => writeUserPart(part, losses)) };
    case 'tool':
      return { role: 'user', results: message.parts.map((part) => writeToolResult(part, losses)), blocks: [] };
    case 'assistant':
      return {
        role: 'assistant',
        results: [],
        blocks: message.parts.flatMap((part) => writeAssistantPart(part, context)),
      };
    default:
      return message satisfies never;
  }
}

/** Anthropic refuses a partial answer that ends with white space. */
function trimEndOfTurn(turn: Turn): void {
  const last = turn.blocks.at(-1);
  const text = last?.['text'];
  if (last !== undefined && typeof text === 'string') turn.blocks.splice(-1, 1, { ...last, text: text.trimEnd() });
}

function isThinking(block: JsonObject | undefined): boolean {
  return block?.['type'] === 'thinking' || block?.['type'] === 'redacted_thinking';
}
