import { describe, expect, it } from 'vitest';
import type { Case } from './cases.js';
import { PAIRINGS, type Pairing } from './pairings.js';
import { writeResultTable } from './result-table.js';
import type { CaseResult } from './run-cases.js';

const table = {
  subject: { head: 'fault', cell: (result: CaseResult) => result.case.fault },
  kind: { head: 'answer', cell: (result: CaseResult) => (result.case.streams ? 'stream' : 'plain') },
  everyKind: 'both',
  outcomes: [{ head: 'seen', cell: (result: CaseResult) => result.sight.words }],
};

/** The rows of a table in which each pairing and kind of answer fares as `wordsOf` says. */
function rows(wordsOf: (pairing: Pairing, streams: boolean) => string): readonly string[] {
  const results = PAIRINGS.flatMap((pairing) =>
    [false, true].map((streams): CaseResult => {
      const one: Case = { pairing, fault: 'status-500', streams, walk: 'alone', rescue: 'none' };
      const sight = { verdict: 'whole', words: wordsOf(pairing, streams) } as const;
      return { case: one, sight, attempts: '', billed: '' };
    }),
  );
  return writeResultTable(results, table).split('\n').slice(2);
}

describe('a table of results', () => {
  it('is one row when nothing makes a difference', () => {
    expect(rows(() => 'a')).toEqual(['| status-500 | both | all | a |']);
  });

  it('tells kinds of answers apart only where they differ', () => {
    expect(rows((_, streams) => (streams ? 'a' : 'b'))).toEqual([
      '| status-500 | plain | all | b |',
      '| status-500 | stream | all | a |',
    ]);
  });

  it('names the pairings that differ in the shortest way, and loses none', () => {
    expect(rows(({ straight }) => (straight ? 'a' : 'b'))).toEqual([
      '| status-500 | both | straight | a |',
      '| status-500 | both | translated | b |',
    ]);
    expect(rows(({ id }) => (id === 'gemini' ? 'a' : 'b'))).toEqual([
      '| status-500 | both | all but gemini | b |',
      '| status-500 | both | gemini | a |',
    ]);
  });
});
