import { createHash } from 'node:crypto';
import type { Conversation, OfferedTool, ReceivedMedium, ReceivedToolResult, Turn } from './conversation.js';
import type { FakeAnswer, FakePart } from './fake-answer.js';
import { instanceOf } from './schema-instance.js';
import { firstTokensOf, THOUGHTS, tokensOf, usageOf } from './usage-figures.js';

/** What the scripted model says when it is asked nothing that it has an answer for. Characters of one to four bytes. */
export const FIXED_SENTENCE = 'The quick brown fox – naïve, at a café – jumps over 13 lazy dogs 🐕.';

/** A user's message with this word makes the scripted model call the first tool. */
export const TOOL_WORD = 'weather';

/** A user's message with this word too makes it call the tool twice at once. */
export const PARALLEL_WORD = 'both';

/** What the scripted model writes into strings of arguments: the first call's, the second call's. */
export const CALLED_WITH = ['Paris', 'London'] as const;

/** The mark in the id of a tool call that was made while thinking: its turn must come back with its state. */
export const THOUGHT_MARK = 'thought';

/** Characters of one piece of text in a stream. */
const PIECE_CHARACTERS = 12;
const TEXT_IN_JSON = 'text';

/**
 * The scripted model: the same conversation gets the same answer in every dialect.
 *
 * It calls a tool when the user says {@link TOOL_WORD} or the request forces it; quotes the results of tools; writes JSON
 * that fits a schema; describes media; else it says {@link FIXED_SENTENCE}. When its own answer was begun for it, it says
 * the rest.
 *
 * @param seed Whatever makes ids differ between requests, such as the body.
 */
export function answerOf(conversation: Conversation, seed: Buffer | string): FakeAnswer {
  const id = createHash('sha256').update(seed).digest('hex').slice(0, 24);
  const calls = toolCallsOf(conversation, id);
  const thoughts: FakePart[] = conversation.thinking === 'none' ? [] : [thoughtsOf(conversation)];
  const { text, ...end } = calls.length > 0 ? CALLING : endOf(conversation, sayingOf(conversation));
  const parts = [...thoughts, ...(calls.length > 0 ? calls : [{ kind: 'text', pieces: piecesOf(text) } as const])];
  return { id, parts, ...end, usage: usageOf(conversation, parts), reportsUsage: 'asked' };
}

/** A text in the pieces that a stream sends; by code points, since half a surrogate pair would not survive JSON. */
export function piecesOf(text: string): readonly string[] {
  const points = [...text];
  const count = Math.ceil(points.length / PIECE_CHARACTERS);
  const pieceAt = (index: number): string =>
    points.slice(index * PIECE_CHARACTERS, (index + 1) * PIECE_CHARACTERS).join('');
  return Array.from({ length: count }, (_, index) => pieceAt(index));
}

const CALLING = { text: '', finish: 'tool-calls' } as const;

type End = Pick<FakeAnswer, 'finish' | 'stopSequence'> & { readonly text: string };

/** Cuts the text at a stop sequence or at the cap, whichever comes first. */
function endOf({ stop, outputTokensMax }: Conversation, text: string): End {
  const met = stop
    .map((sequence) => ({ sequence, at: text.indexOf(sequence) }))
    .filter(({ at }) => at !== -1)
    .sort((left, right) => left.at - right.at)[0];
  const stopped: End =
    met === undefined
      ? { text, finish: 'stop' }
      : { text: text.slice(0, met.at), finish: 'stop-sequence', stopSequence: met.sequence };
  if (outputTokensMax === undefined || tokensOf(stopped.text) <= outputTokensMax) return stopped;
  return { text: firstTokensOf(text, outputTokensMax), finish: 'length' };
}

function thoughtsOf({ thinking }: Conversation): FakePart {
  return { kind: 'reasoning', pieces: thinking === 'shown' ? piecesOf(THOUGHTS) : [] };
}

function toolCallsOf(conversation: Conversation, id: string): FakePart[] {
  const { tools, toolChoice, turns, parallelCalls, thinking } = conversation;
  const last = turns.at(-1);
  const tool = typeof toolChoice === 'object' ? tools.find(({ name }) => name === toolChoice.name) : tools[0];
  if (tool === undefined || toolChoice === 'none' || last?.role !== 'user') return [];
  const says = (word: string): boolean => last.text.toLowerCase().includes(word);
  if (toolChoice === 'auto' && !says(TOOL_WORD)) return [];
  const mark = thinking === 'none' ? '' : THOUGHT_MARK;
  const count = parallelCalls && says(PARALLEL_WORD) ? 2 : 1;
  return CALLED_WITH.slice(0, count).map((value, index) => callOf(tool, value, `${mark}${id.slice(0, 16)}${index}`));
}

function callOf(tool: OfferedTool, value: string, id: string): FakePart {
  const freeText = tool.freeText === true;
  const input = freeText ? value : JSON.stringify(tool.schema === undefined ? {} : instanceOf(tool.schema, value));
  return { kind: 'tool-call', id, name: tool.name, pieces: piecesOf(input), freeText };
}

function sayingOf(conversation: Conversation): string {
  const { turns, outputSchema } = conversation;
  const last = turns.at(-1);
  if (last?.role === 'assistant') {
    const whole = sayingOf({ ...conversation, turns: turns.slice(0, -1) });
    return whole.startsWith(last.text) ? whole.slice(last.text.length) : whole;
  }
  if (outputSchema === 'any') return JSON.stringify({ text: TEXT_IN_JSON });
  if (outputSchema !== undefined) return JSON.stringify(instanceOf(outputSchema, TEXT_IN_JSON));
  if (last?.role === 'tool') return last.results.map(quoteResult).join(' ');
  const media = turns.flatMap(mediaOf);
  return media.length > 0 ? media.map(describeMedium).join(' ') : FIXED_SENTENCE;
}

function quoteResult({ text, media, isError }: ReceivedToolResult): string {
  const described = media.map((medium) => ` ${describeMedium(medium)}`).join('');
  return `The tool ${isError ? 'failed' : 'answered'}: "${text}".${described}`;
}

function describeMedium({ type, source }: ReceivedMedium): string {
  return 'byteCount' in source
    ? `I received ${type} of ${source.byteCount} bytes.`
    : `I received ${type} at ${source.reference}.`;
}

function mediaOf(turn: Turn): readonly ReceivedMedium[] {
  switch (turn.role) {
    case 'user':
      return turn.media;
    case 'assistant':
      return [];
    default:
      return turn.results.flatMap(({ media }) => media);
  }
}
