import type { JsonObject } from '#providers';

/** Why an answer ended, as far as a client is told. */
export type Finish = 'stop' | 'tool-call' | 'filtered' | 'other';

/** What a client of some dialect made of an answer. */
export interface ClientView {
  readonly text: string;
  /** The arguments of its tool call, as JSON text; empty without one. */
  readonly toolInput: string;
  /** Undefined when the client was not told that the answer is over. */
  readonly finish: Finish | undefined;
  /** What an error says; undefined without one. */
  readonly error: string | undefined;
  /** True when something followed the error or the end that must not. */
  readonly goesOn: boolean;
}

/** How a client of a dialect reads what it gets. */
export interface DialectReader {
  /** Reads a whole answer. */
  readonly document: (document: JsonObject) => Partial<ClientView>;
  /** Reads one event of a stream. `terminal`: nothing may follow. */
  readonly event: (event: JsonObject) => Partial<ClientView> & { readonly terminal?: boolean };
}

/** A view of nothing. */
export const NOTHING_SEEN: ClientView = {
  text: '',
  toolInput: '',
  finish: undefined,
  error: undefined,
  goesOn: false,
};

const FILTERED = new Set(['content_filter', 'refusal', 'safety', 'prohibited_content', 'content_filtered']);
const TOOL = new Set(['tool_calls', 'tool_use', 'function_call']);
const STOP = new Set(['stop', 'end_turn', 'completed']);

/** Reads a vendor's word for why an answer ended. */
export function finishOf(word: string | undefined): Finish | undefined {
  if (word === undefined) return undefined;
  const lower = word.toLowerCase();
  if (STOP.has(lower)) return 'stop';
  if (TOOL.has(lower)) return 'tool-call';
  return FILTERED.has(lower) ? 'filtered' : 'other';
}
