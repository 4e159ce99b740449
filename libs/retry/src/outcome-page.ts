import { OUTCOME_TABLE, type NextStep, type OutcomeRule } from './outcome-table.js';

const TITLES = ['Outcome', 'When', 'What happens then', 'Breaker', 'Metric word'] as const;

const STEPS: Readonly<Record<NextStep, string>> = {
  retry: 'the same candidate again, then the next one',
  next: 'the next candidate',
  larger: 'the next candidate with a larger window',
  stop: 'the walk ends',
};

const BREAKERS: Readonly<Record<OutcomeRule['breaker'], string>> = {
  success: 'closes',
  failure: 'counts a failure',
  none: 'unchanged',
};

/** A table of a documentation page: where it begins on the page, and what stands there. */
export interface OutcomePageTable {
  readonly heading: string;
  readonly text: string;
}

/** The outcome table of `docs/reliability.md`, made from the table itself so that the two cannot differ. */
export function outcomePageTable(): OutcomePageTable {
  const heading = line(TITLES);
  const rows = Object.entries(OUTCOME_TABLE).map(([kind, rule]) =>
    line([code(kind), rule.when, stepOf(kind, rule), BREAKERS[rule.breaker], wordsOf(kind, rule)]),
  );
  return { heading, text: [heading, line(TITLES.map(() => '---')), ...rows].join('\n') };
}

function stepOf(kind: string, { step }: OutcomeRule): string {
  return kind === 'interrupted' ? `${STEPS[step]}, unless the stream may be resumed` : STEPS[step];
}

function wordsOf(kind: string, { reason }: OutcomeRule): string {
  return kind === 'success' ? `${code(reason)}, or ${code('fallback_success')} at a later candidate` : code(reason);
}

function code(text: string): string {
  return `\`${text}\``;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
