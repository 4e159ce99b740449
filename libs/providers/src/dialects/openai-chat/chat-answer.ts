import { scanTopLevel } from '../../json/scan-top-level.js';
import type { ReadAnswer } from '../../spec/straight-wire.js';
import { readChatUsage } from './chat-usage.js';
import { isListWithMembers } from './list-with-members.js';
import { readSpan } from '../../json/read-span.js';

/** What a whole, non-streamed chat answer says about itself. */
export type ChatAnswer = ReadAnswer;

const ANSWER_MEMBERS: ReadonlySet<string> = new Set(['choices', 'usage']);
const BROKEN: ChatAnswer = { whole: false, usage: undefined };

/**
 * Reads usage from a non-streamed chat answer without parsing the answer whole.
 *
 * It is whole when it is one complete JSON object with at least one choice. A truncated body, an error object that came
 * with a good status, or an answer without any choice is not: it must not be shown as an answer.
 */
export function readChatAnswer(body: Buffer): ChatAnswer {
  try {
    const { members } = scanTopLevel(body, ANSWER_MEMBERS);
    const choices = members.get('choices')?.value;
    if (choices === undefined || !isListWithMembers(body.subarray(choices.start, choices.end))) return BROKEN;
    return { whole: true, usage: readChatUsage(readSpan(body, members.get('usage'))) };
  } catch {
    return BROKEN;
  }
}
