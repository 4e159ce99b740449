import { scanTopLevel } from '../../json/scan-top-level.js';
import type { ReadAnswer } from '../../spec/straight-wire.js';
import { readUsage } from './read-usage.js';

const PEEKED_MEMBERS: ReadonlySet<string> = new Set(['type', 'content', 'usage']);
const BROKEN: ReadAnswer = { whole: false, usage: undefined };

/**
 * Reads usage from a whole Messages answer without parsing its content; never throws.
 *
 * A truncated body is told apart from a complete one, because the closing brace of the object must be found.
 */
export function peekAnswer(body: Buffer): ReadAnswer {
  try {
    const { members } = scanTopLevel(body, PEEKED_MEMBERS);
    const textOf = (name: string): string => {
      const span = members.get(name)?.value;
      return span === undefined ? 'null' : body.toString('utf8', span.start, span.end);
    };
    const content = members.get('content')?.value;
    const isMessage = JSON.parse(textOf('type')) === 'message' && content !== undefined && body[content.start] === 0x5b;
    return { whole: isMessage, usage: readUsage(JSON.parse(textOf('usage'))) };
  } catch {
    return BROKEN;
  }
}
