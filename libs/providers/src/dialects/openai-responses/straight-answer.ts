import { holdsElement } from '../../json/holds-element.js';
import { scanTopLevel, type TopLevelScan } from '../../json/scan-top-level.js';
import type { ReadAnswer } from '../../spec/straight-wire.js';
import { readResponsesUsage } from './read-usage.js';

const MEMBERS: ReadonlySet<string> = new Set(['object', 'output', 'status', 'usage']);
const BROKEN: ReadAnswer = { whole: false, usage: undefined };

/**
 * Reads usage and completeness from a non-streamed Responses answer without parsing it whole; never throws.
 *
 * An answer of status `failed` is an error that came with 200, and one that is completed without any output is none:
 * they are not whole, so that another provider may be asked.
 * One that is `queued` or `in_progress` is what a client in the background waits for.
 */
export function readStraightAnswer(body: Buffer): ReadAnswer {
  try {
    const scan = scanTopLevel(body, MEMBERS);
    const usage = readResponsesUsage(readMember(body, scan, 'usage'));
    const isAnswer = readMember(body, scan, 'object') === 'response' || scan.members.has('output');
    const status = readMember(body, scan, 'status');
    const isHollow = status === 'completed' && !holdsElement(body, scan.members.get('output'));
    return { whole: isAnswer && status !== 'failed' && !isHollow, usage };
  } catch {
    return BROKEN;
  }
}

function readMember(body: Buffer, { members }: TopLevelScan, name: string): unknown {
  const member = members.get(name);
  if (member === undefined) return undefined;
  return JSON.parse(body.toString('utf8', member.value.start, member.value.end));
}
