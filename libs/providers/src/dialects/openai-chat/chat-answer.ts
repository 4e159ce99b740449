import { scanTopLevel } from '../../json/scan-top-level.js';
import type { Usage } from '../../spec/usage.js';
import { readChatUsage } from './chat-usage.js';

/** What a whole, non-streamed chat answer says about itself. */
export interface ChatAnswer {
  /** False when the body is not a complete JSON object, so that it must not be shown as an answer. */
  readonly whole: boolean;
  readonly usage: Usage | undefined;
}

const ANSWER_MEMBERS: ReadonlySet<string> = new Set(['usage']);
const BROKEN: ChatAnswer = { whole: false, usage: undefined };

/**
 * Reads usage from a non-streamed chat answer without parsing the answer whole.
 *
 * A truncated body is told apart from a complete one, because the closing brace of the object must be found.
 */
export function readChatAnswer(body: Buffer): ChatAnswer {
  try {
    const usage = scanTopLevel(body, ANSWER_MEMBERS).members.get('usage')?.value;
    if (usage === undefined) return { whole: true, usage: undefined };
    return { whole: true, usage: readChatUsage(JSON.parse(body.toString('utf8', usage.start, usage.end))) };
  } catch {
    return BROKEN;
  }
}
