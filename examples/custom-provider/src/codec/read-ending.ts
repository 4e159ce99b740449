import { asNonEmptyString, type Finish, type FinishReason, type Json } from 'ai-gateway-providers';

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['done', 'stop'],
  ['limit', 'length'],
  ['invokes', 'tool-calls'],
  ['blocked', 'content-filter'],
]);

/** Reads why Acme ended an answer; undefined when it does not say, because then the answer is not whole. */
export function readEnding(value: Json | undefined): Finish | undefined {
  const raw = asNonEmptyString(value);
  return raw === undefined ? undefined : { reason: REASONS.get(raw) ?? 'other', raw };
}
