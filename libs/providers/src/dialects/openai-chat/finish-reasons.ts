import type { Finish, FinishReason } from '../../spec/model-answer.js';

/** Every word that OpenAI or a vendor of its format ends an answer with, in lower case. */
const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['complete', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_calls', 'tool-calls'],
  ['tool_use', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
  ['safety', 'content-filter'],
  ['sensitive', 'content-filter'],
  ['recitation', 'content-filter'],
  ['refusal', 'refusal'],
]);

/** Words with which vendors say that the answer was broken off, not ended. */
const FAILURES: ReadonlySet<string> = new Set([
  'error',
  'abort',
  'aborted',
  'cancelled',
  'network_error',
  'insufficient_system_resource',
]);

/** OpenAI's own words. */
type ChatFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

const WORDS: Readonly<Record<FinishReason, ChatFinishReason>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  other: 'stop',
};

/** True for a vendor's word that says the answer was broken off: what came is not an answer. */
export function isFailureWord(word: string): boolean {
  return FAILURES.has(word.toLowerCase());
}

/**
 * Why an answer ended.
 *
 * @param word The vendor's word; undefined when it gave none.
 * @param callsTools Vendors end an answer that calls tools with `stop` as well.
 */
export function readFinish(word: string | undefined, callsTools: boolean): Finish {
  const reason = word === undefined ? 'other' : (REASONS.get(word.toLowerCase()) ?? 'other');
  const raw = word === undefined ? {} : { raw: word };
  return { reason: callsTools && (reason === 'stop' || reason === 'other') ? 'tool-calls' : reason, ...raw };
}

/** What an answer holds, as far as its finish reason depends on it. */
export interface AnswerTraits {
  readonly callsTools: boolean;
  /** It holds a refusal in words, which OpenAI ends like any other text. */
  readonly refuses: boolean;
}

/** OpenAI's word for the end of an answer. */
export function writeFinish({ reason }: Finish, { callsTools, refuses }: AnswerTraits): ChatFinishReason {
  if (reason === 'refusal' && refuses) return 'stop';
  const word = WORDS[reason];
  return word === 'stop' && callsTools ? 'tool_calls' : word;
}
