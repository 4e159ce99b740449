import type { FaultName } from '../../libs/providers/src/testing/index.js';
import { mayBeEmpty, momentOfCase, type Case } from './cases.js';
import type { Verdict } from './judge.js';
import type { CaseResult } from './run-cases.js';

/** Refusals that are the answer: the request itself is at fault, or the credential, or no window is larger. */
const FINAL: ReadonlySet<FaultName> = new Set([
  'status-400',
  'status-401',
  'status-403',
  'context-length-error',
] satisfies FaultName[]);

/** What is wrong with what became of a case, in words; undefined when the gateway kept its promises. */
export function problemOf({ case: one, sight, billed }: CaseResult): string | undefined {
  const { pairing, fault, streams, walk, rescue } = one;
  const name = `${fault} (${streams ? 'stream' : 'plain'}, ${pairing.name}, ${walk}, ${rescue})`;
  const expected = expectedVerdict(one);
  if (sight.verdict !== expected) return `${name}: the client was to see ${expected}, and saw ${sight.words}`;
  return billed.includes('**') ? `${name}: billed ${billed}` : undefined;
}

function expectedVerdict(one: Case): Exclude<Verdict, 'wrong'> {
  if (one.fault === 'empty-choices' && mayBeEmpty(one)) return 'empty';
  const moment = momentOfCase(one);
  if (moment === 'harmless' && !isRefusedForSize(one)) return 'whole';
  if (one.walk === 'alone' || FINAL.has(one.fault)) return 'error';
  return moment === 'after-content' && !isRescued(one) ? 'error' : 'whole';
}

/** A plain answer is kept whole in memory, and a translated event is read whole, so neither may be of any size. */
function isRefusedForSize({ fault, streams, pairing }: Case): boolean {
  return fault === 'oversized-answer' && (!streams || !pairing.straight);
}

function isRescued({ rescue, pairing }: Case): boolean {
  switch (rescue) {
    case 'none':
      return false;
    case 'continue':
      return pairing.prefills;
    default:
      return true;
  }
}
