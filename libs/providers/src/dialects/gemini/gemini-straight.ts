import { holdsElement } from '../../json/holds-element.js';
import { scanTopLevel } from '../../json/scan-top-level.js';
import type { ReadAnswer, StraightWire } from '../../spec/straight-wire.js';
import { encodeGeminiRequest, type GeminiRequest } from './gemini-request.js';
import { GeminiStreamTap } from './gemini-stream-tap.js';
import { readGeminiUsage } from './read-usage.js';

const ANSWER_MEMBERS: ReadonlySet<string> = new Set(['candidates', 'error', 'promptFeedback', 'usageMetadata']);

/** How Gemini requests and answers pass unchanged between a client and a provider that both speak Gemini's API. */
export const geminiStraight: StraightWire<GeminiRequest> = {
  dialect: 'gemini',
  encode: encodeGeminiRequest,
  createTap: () => new GeminiStreamTap(),
  readAnswer: readWholeAnswer,
};

/**
 * Reads usage and completeness without parsing the answer whole; a truncated body has no closing brace and is told apart
 * by that. An answer without a candidate is none, unless it says what was wrong with the prompt.
 */
function readWholeAnswer(body: Buffer): ReadAnswer {
  try {
    const { members } = scanTopLevel(body, ANSWER_MEMBERS);
    const isAnswer = members.has('promptFeedback') || holdsElement(body, members.get('candidates'));
    const whole = isAnswer && !members.has('error');
    const usage = members.get('usageMetadata')?.value;
    if (usage === undefined) return { whole, usage: undefined };
    return { whole, usage: readGeminiUsage(JSON.parse(body.toString('utf8', usage.start, usage.end))) };
  } catch {
    return { whole: false, usage: undefined };
  }
}
