import { scanTopLevel } from '../../json/scan-top-level.js';
import type { ReadAnswer } from '../../spec/straight-wire.js';
import { isListWithMembers } from '../openai-chat/list-with-members.js';
import { readSpan } from '../../json/read-span.js';
import { readEmbeddingsUsage } from './embeddings-usage.js';

const MEMBERS: ReadonlySet<string> = new Set(['data', 'usage']);
const BROKEN: ReadAnswer = { whole: false, usage: undefined };

/** Reads usage from an embeddings answer without parsing its vectors. It is whole when it is complete and holds some. */
export function readEmbeddingsAnswer(body: Buffer): ReadAnswer {
  try {
    const { members } = scanTopLevel(body, MEMBERS);
    const data = members.get('data')?.value;
    if (data === undefined || !isListWithMembers(body.subarray(data.start, data.end))) return BROKEN;
    return { whole: true, usage: readEmbeddingsUsage(readSpan(body, members.get('usage'))) };
  } catch {
    return BROKEN;
  }
}
