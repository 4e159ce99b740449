import type { Finish, FinishReason } from '../../spec/model-answer.js';

/** Google's finish reasons in our words. Source: Gemini API reference, "FinishReason"; Vertex AI adds some. */
const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  // The request's cap was reached before the answer's end, and a token of Google's would continue it.
  ['CONTINUATION', 'length'],
  ['SAFETY', 'content-filter'],
  ['RECITATION', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['PROHIBITED_CONTENT', 'content-filter'],
  ['SPII', 'content-filter'],
  ['MODEL_ARMOR', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
  ['IMAGE_RECITATION', 'content-filter'],
  ['LANGUAGE', 'other'],
  ['OTHER', 'other'],
  ['MALFORMED_FUNCTION_CALL', 'other'],
  ['MALFORMED_RESPONSE', 'other'],
  ['UNEXPECTED_TOOL_CALL', 'other'],
  ['TOO_MANY_TOOL_CALLS', 'other'],
  ['NO_IMAGE', 'other'],
  ['IMAGE_OTHER', 'other'],
  ['FINISH_REASON_UNSPECIFIED', 'other'],
]);

const NATIVE: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
  refusal: 'SAFETY',
  pause: 'OTHER',
  other: 'OTHER',
};

/** Why an answer ended: Google says `STOP` also when the model waits for results of the functions that it called. */
export function readGeminiFinish(raw: string | undefined, calledFunctions: boolean): Finish {
  const reason = raw === undefined ? 'other' : (REASONS.get(raw) ?? 'other');
  return {
    reason: reason === 'stop' && calledFunctions ? 'tool-calls' : reason,
    ...(raw === undefined ? {} : { raw }),
  };
}

/** The end of an answer whose prompt Google blocked: there is no candidate, and the reason is one of its own words. */
export function blockedPromptFinish(blockReason: string): Finish {
  return { reason: 'content-filter', raw: blockReason };
}

/** Google's word for the end of an answer; the vendor's own word is kept where it is one of Google's. */
export function writeGeminiFinish(finish: Finish): string {
  const { reason, raw } = finish;
  return raw !== undefined && REASONS.get(raw) === reason ? raw : NATIVE[reason];
}
