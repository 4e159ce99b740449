import { createHash } from 'node:crypto';

const ACCEPTED = /^[a-zA-Z0-9_-]+$/;
const DIGEST_CHARACTERS = 24;

/**
 * The id of a tool call as Anthropic accepts it: the id itself, or one made from it. The same id always gives the same
 * one, so that a call and its result still belong together.
 */
export function toToolCallId(id: string): string {
  if (ACCEPTED.test(id)) return id;
  return `toolu_${createHash('sha256').update(id).digest('hex').slice(0, DIGEST_CHARACTERS)}`;
}
