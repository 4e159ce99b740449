import { createHash } from 'node:crypto';

/** Longest id and longest name of a user that OpenAI takes; a longer one is refused with 400. */
export const ID_CHARACTERS_MAX = 64;

/**
 * The text itself when OpenAI takes it, else its SHA-256 in 64 hexadecimal digits: the same text always gives the same
 * id, so calls keep their results and users stay apart. Claude Code's user ids and Gemini's call ids are too long.
 */
export function boundId(text: string): string {
  return text.length <= ID_CHARACTERS_MAX ? text : createHash('sha256').update(text).digest('hex');
}
