import { NO_SPEND_USAGE, type SpendUsage } from '#gateway-protocol';
import type { Usage } from '#providers';
import type { Departure } from './departure.js';
import type { AnswerEnd, Answer, UpstreamErrorAnswer } from '../relay/attempt-outcome.js';

/** How an exchange ended, for whoever settles it: the budgets, the spend journal, metrics and the log. */
export type ExchangeOutcome =
  /** The client got an answer, or as much of it as there was. */
  | { readonly kind: 'answered'; readonly end: AnswerEnd; readonly spent: SpentUsage }
  /** The provider refused the request, and its answer was forwarded as it came. */
  | { readonly kind: 'provider_refused'; readonly status: number };

/** Usage as it is settled. */
export interface SpentUsage {
  readonly usage: SpendUsage;
  /** True when the provider did not say, so that we had to count. */
  readonly estimated: boolean;
}

/** Bytes of JSON that are taken for one token where the provider reports no usage. */
const BYTES_PER_TOKEN = 4;

const NOTHING_SPENT: SpentUsage = { usage: NO_SPEND_USAGE, estimated: false };

/** The outcome of an exchange whose attempt was answered. `requestBytes` is the size of the body that was sent. */
export function answeredOutcome(answer: Answer, requestBytes: number): ExchangeOutcome {
  return { kind: 'answered', end: answer.end, spent: settleUsage(answer, requestBytes) };
}

/** The outcome of an exchange whose client left before anything was sent to it. */
export function abandonedOutcome(dispatched: boolean, requestBytes: number): ExchangeOutcome {
  const spent = dispatched ? estimate(0, requestBytes) : NOTHING_SPENT;
  return { kind: 'answered', end: 'client_gone', spent };
}

/**
 * The outcome of an exchange whose key was ended before anything was sent to the client; undefined for any other. What
 * the provider did for it until then is estimated, because it never said.
 */
export function endedKeyOutcome({ departure, attempt }: EndedExchange): ExchangeOutcome | undefined {
  const { keyEnd } = departure;
  if (keyEnd === undefined) return undefined;
  const dispatchedBytes = attempt?.dispatchedBytes ?? 0;
  const spent = dispatchedBytes > 0 ? estimate(0, dispatchedBytes) : NOTHING_SPENT;
  return { kind: 'answered', end: keyEnd, spent };
}

/** What {@link endedKeyOutcome} reads of an exchange. */
interface EndedExchange {
  readonly departure: Departure;
  readonly attempt: { readonly dispatchedBytes: number } | undefined;
}

/** The outcome of an exchange that the provider refused. */
export function refusedOutcome(failure: UpstreamErrorAnswer): ExchangeOutcome {
  return { kind: 'provider_refused', status: failure.status };
}

/** The provider's figures, or an estimate when it gave none: an answer is never settled as free by silence. */
function settleUsage(answer: Answer, requestBytes: number): SpentUsage {
  const { usage, deltas } = answer;
  if (usage === undefined) return estimate(deltas, requestBytes);
  // A stream that broke off told its input at the beginning, and would have told its output at the end.
  if (usage.outputTokens === undefined && deltas > 0) {
    return { usage: { ...toSpendUsage(usage), output_tokens: deltas }, estimated: true };
  }
  return { usage: toSpendUsage(usage), estimated: false };
}

function estimate(outputTokens: number, requestBytes: number): SpentUsage {
  const inputTokens = Math.ceil(requestBytes / BYTES_PER_TOKEN);
  return { usage: { ...NO_SPEND_USAGE, input_tokens: inputTokens, output_tokens: outputTokens }, estimated: true };
}

/** The wire has no word for "not said": it is 0 there. */
function toSpendUsage(usage: Usage): SpendUsage {
  return {
    input_tokens: usage.inputTokens ?? 0,
    output_tokens: usage.outputTokens ?? 0,
    cache_read_input_tokens: usage.cacheReadTokens ?? 0,
    cache_creation_input_tokens: usage.cacheWriteTokens ?? 0,
    cache_creation_1h_tokens: usage.cacheWrite1hTokens ?? 0,
    reasoning_tokens: usage.reasoningTokens ?? 0,
    input_audio_tokens: usage.inputAudioTokens ?? 0,
    output_audio_tokens: usage.outputAudioTokens ?? 0,
    input_chars: 0,
    audio_ms: 0,
  };
}
