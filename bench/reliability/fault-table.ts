import type { Clock } from '#kernel';
import { FAULTS, type Fault } from '../../libs/providers/src/testing/index.js';
import { breaksOff, casesOf, momentOfCase, type Case } from './cases.js';
import { problemOf } from './expectation.js';
import { PAIRINGS, RESUME_PAIRINGS } from './pairings.js';
import { writeResultTable, type Column } from './result-table.js';
import type { Rig } from './rig.js';
import { CaseRunner, type CaseResult } from './run-cases.js';
import type { Tenant } from './tenant.js';

/** Everything that became of all faults. */
export interface FaultTable {
  /** As the page has it, without any measured time. */
  readonly markdown: string;
  /** Promises that were not kept, in words. */
  readonly broken: readonly string[];
}

const SECOND_TEXT =
  'Two model providers, of which the first goes wrong, and a key that falls back, with nothing else set. “first ×2” was asked again before the second one was. A refusal of the request itself is the answer, whoever is next; so is a credential that is refused.';
const ALONE_TEXT =
  'One provider, asked once. What falls after the first content, or does no harm, ends as in the table above.';
const RESCUE_TEXT =
  'Faults that fall after the first content, each provider asked once. `continue` and `restart` are values of `X-LangWatch-Resume`, `buffered` is one of `X-LangWatch-Delivery`. To continue, the next provider must be able to go on with an answer that it did not begin: here those are Claude Sonnet 4.5 at Anthropic and at Bedrock.';

const faultName: Column = { head: 'fault', cell: (result) => `\`${result.case.fault}\`` };
const faultSentence: Column = { head: 'the first provider', cell: (result) => sentenceOf(result) };
const answer: Column = { head: 'answer', cell: (result) => (result.case.streams ? 'stream' : 'plain') };
const rescue: Column = { head: 'asked for', cell: (result) => `\`${result.case.rescue}\`` };
const seen: Column = { head: 'the client sees', cell: (result) => result.sight.words };
const attempts: Column = { head: 'attempts', cell: (result) => result.attempts };
const billed: Column = { head: 'billed', cell: (result) => result.billed };

/**
 * Lets every fault happen in every way, and says what became of it.
 *
 * What repeats nothing goes first: a repeat is paid for by the requests before it (a tenth of them may be repeated).
 */
export async function makeFaultTable(
  rig: Rig,
  tenants: ReadonlyMap<string, Tenant>,
  clock: Clock,
  print: (line: string) => void,
): Promise<FaultTable> {
  using runner = new CaseRunner(rig, tenants, clock);
  const results: CaseResult[] = [];
  const run = async (name: string, cases: readonly Case[]): Promise<readonly CaseResult[]> => {
    const some = await runner.run(cases);
    print(`${name}: ${some.length} requests`);
    results.push(...some);
    return some;
  };
  const alone = await run('nobody else to ask', casesOf(PAIRINGS, { walk: 'alone', rescue: 'none' }, fallsBefore));
  const rescued = await run(
    'rescued',
    (['continue', 'restart', 'buffered'] as const).flatMap((kind) =>
      casesOf(RESUME_PAIRINGS, { walk: 'each-once', rescue: kind }, breaksOff),
    ),
  );
  const second = await run('a healthy second provider', casesOf(PAIRINGS, { walk: 'default', rescue: 'none' }));
  const kinds = { kind: answer, everyKind: 'both' };
  const sections: readonly (readonly [heading: string, text: string, table: string])[] = [
    [
      'With a healthy second provider',
      SECOND_TEXT,
      writeResultTable(second, { subject: faultSentence, ...kinds, outcomes: [seen, attempts, billed] }),
    ],
    [
      'With nobody else to ask',
      ALONE_TEXT,
      writeResultTable(alone, { subject: faultName, ...kinds, outcomes: [seen, billed] }),
    ],
    [
      'Streams that break off, rescued',
      RESCUE_TEXT,
      writeResultTable(rescued, {
        subject: faultName,
        kind: rescue,
        everyKind: 'any',
        outcomes: [seen, attempts, billed],
      }),
    ],
  ];
  const markdown = sections.map((section) => `### ${section[0]}\n\n${section[1]}\n\n${section[2]}`).join('\n\n');
  return { markdown, broken: results.map(problemOf).filter((problem) => problem !== undefined) };
}

/** Whether nothing of an answer was shown, so that it matters whether there is somebody else to ask. */
function fallsBefore(one: Case): boolean {
  return momentOfCase(one) === 'before-content';
}

function sentenceOf({ case: { fault } }: CaseResult): string {
  const { sentence }: Fault = FAULTS[fault];
  return `${sentence} (\`${fault}\`)`;
}
