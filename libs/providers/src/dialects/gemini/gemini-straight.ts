import { scanTopLevel } from '../../json/scan-top-level.js';
import type { ReadAnswer, StraightWire } from '../../spec/straight-wire.js';
import { encodeGeminiRequest, type GeminiRequest } from './gemini-request.js';
import { GeminiStreamTap } from './gemini-stream-tap.js';
import { readGeminiUsage } from './read-usage.js';

const ANSWER_MEMBERS: ReadonlySet<string> = new Set(['usageMetadata']);

/** How Gemini requests and answers pass unchanged between a client and a provider that both speak Gemini's API. */
export const geminiStraight: StraightWire<GeminiRequest> = {
  dialect: 'gemini',
  encode: encodeGeminiRequest,
  createTap: () => new GeminiStreamTap(),
  readAnswer: readWholeAnswer,
};

/** Reads usage without parsing the answer whole; a truncated body has no closing brace and is told apart by that. */
function readWholeAnswer(body: Buffer): ReadAnswer {
  try {
    const usage = scanTopLevel(body, ANSWER_MEMBERS).members.get('usageMetadata')?.value;
    if (usage === undefined) return { whole: true, usage: undefined };
    return { whole: true, usage: readGeminiUsage(JSON.parse(body.toString('utf8', usage.start, usage.end))) };
  } catch {
    return { whole: false, usage: undefined };
  }
}
