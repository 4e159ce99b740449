import { createHash } from 'node:crypto';

/** Whose states: each vendor knows only its own. */
export type StateIssuer = 'openai' | 'anthropic' | 'google';

/** Half of a digest in hex: the first half of a state stands for the text, the second proves who issued it. */
const DIGEST_CHARACTERS = 32;

/** An opaque state for a text, as a vendor gives it with reasoning; base64, because Google's must be. */
export function issueState(issuer: StateIssuer, text: string): string {
  const subject = digest(text);
  return Buffer.from(subject + digest(`${issuer}:${subject}`)).toString('base64');
}

/** True when `state` was issued by `issuer`, for whatever text. */
export function isIssuedBy(issuer: StateIssuer, state: string): boolean {
  const plain = Buffer.from(state, 'base64').toString('latin1');
  const subject = plain.slice(0, DIGEST_CHARACTERS);
  return plain.slice(DIGEST_CHARACTERS) === digest(`${issuer}:${subject}`);
}

/** True when `state` was issued by `issuer` for exactly this text. */
export function isIssuedFor(issuer: StateIssuer, state: string, text: string): boolean {
  return state === issueState(issuer, text);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_CHARACTERS);
}
