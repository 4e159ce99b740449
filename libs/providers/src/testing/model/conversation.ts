import type { JsonObject } from '../../spec/json.js';

/** A medium as it arrived: its bytes were counted, not kept. */
export interface ReceivedMedium {
  /** Such as `image/png`; for a URL or a file, what the request says it is, else its kind (`image`). */
  readonly type: string;
  /** How it came: as this many bytes, or by reference. */
  readonly source: { readonly byteCount: number } | { readonly reference: string };
}

/** A tool call of an earlier turn. */
export interface ReceivedToolCall {
  readonly id: string;
  readonly name: string;
  readonly argumentsText: string;
}

/** What a tool answered. */
export interface ReceivedToolResult {
  readonly id: string;
  readonly text: string;
  readonly media: readonly ReceivedMedium[];
  readonly isError: boolean;
}

/** One turn of a conversation. Neighbouring results are one turn, whatever the dialect. */
export type Turn =
  | { readonly role: 'user'; readonly text: string; readonly media: readonly ReceivedMedium[] }
  | { readonly role: 'assistant'; readonly text: string; readonly toolCalls: readonly ReceivedToolCall[] }
  | { readonly role: 'tool'; readonly results: readonly ReceivedToolResult[] };

/** A tool that the scripted model may call. */
export interface OfferedTool {
  readonly name: string;
  /** JSON Schema of the arguments; undefined when there are none. */
  readonly schema: JsonObject | undefined;
  /** True for a tool whose input is free text. */
  readonly freeText?: boolean;
}

/** Which tools the scripted model may or must call. */
export type OfferedChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** What a request says, in no vendor's words: all that the scripted model looks at. */
export interface Conversation {
  readonly systemText: string;
  readonly turns: readonly Turn[];
  readonly tools: readonly OfferedTool[];
  readonly toolChoice: OfferedChoice;
  /** False when at most one call is allowed. */
  readonly parallelCalls: boolean;
  /** The shape that the answer must have; `any` for any JSON object. */
  readonly outputSchema: JsonObject | 'any' | undefined;
  /** `hidden`: it thinks, and shows only the state. */
  readonly thinking: 'none' | 'hidden' | 'shown';
  readonly stop: readonly string[];
  readonly outputTokensMax: number | undefined;
  /** How long the prompt up to a mark is to be cached; undefined when nothing is marked. */
  readonly cache: '5m' | '1h' | undefined;
}

/** Appends a turn; results that follow results join them. */
export function appendTurn(turns: Turn[], turn: Turn): void {
  const last = turns.at(-1);
  if (turn.role === 'tool' && last?.role === 'tool') {
    turns[turns.length - 1] = { role: 'tool', results: [...last.results, ...turn.results] };
  } else {
    turns.push(turn);
  }
}

/** What is wrong with the order of calls and results. */
export type PairingProblem =
  | { readonly kind: 'orphan-result'; readonly id: string }
  | { readonly kind: 'unanswered-calls'; readonly ids: readonly string[] };

/** The first call without its result in the next turn, or result without its call in the turn before. */
export function findPairingProblem(turns: readonly Turn[]): PairingProblem | undefined {
  for (const [index, turn] of turns.entries()) {
    const called = turn.role === 'assistant' ? turn.toolCalls.map(({ id }) => id) : [];
    const next = turns[index + 1];
    const answered = next?.role === 'tool' ? next.results.map(({ id }) => id) : [];
    const unanswered = called.filter((id) => !answered.includes(id));
    // A call in the last turn is still to be answered.
    if (next !== undefined && unanswered.length > 0) return { kind: 'unanswered-calls', ids: unanswered };
    const orphan = answered.find((id) => !called.includes(id));
    if (orphan !== undefined) return { kind: 'orphan-result', id: orphan };
    if (index === 0 && turn.role === 'tool') return { kind: 'orphan-result', id: turn.results[0]?.id ?? '' };
  }
  return undefined;
}
