import type { Pairing } from './pairings.js';
import type { CaseResult } from './run-cases.js';

/** A column of a table: what stands above it, and in it. */
export interface Column {
  readonly head: string;
  readonly cell: (result: CaseResult) => string;
}

/** What rows of a table are about, and what became of it. */
export interface ResultTable {
  /** Of which there is a row for each value. */
  readonly subject: Column;
  /** Values of a second kind, whose rows become one where they are alike; such as plain and stream. */
  readonly kind: Column;
  /** What the second column says where it makes no difference. */
  readonly everyKind: string;
  readonly outcomes: readonly Column[];
}

/** Pairings that fared alike, and how. */
interface Group {
  readonly pairings: string;
  readonly cells: readonly string[];
}

/** Writes results as a table in which rows that say the same are one. */
export function writeResultTable(results: readonly CaseResult[], table: ResultTable): string {
  const { subject, kind, everyKind, outcomes } = table;
  const pairings = [...new Set(results.map((result) => result.case.pairing))];
  const rows: string[][] = [];
  for (const [name, ofSubject] of groupBy(results, subject.cell)) {
    const kinds = [...groupBy(ofSubject, kind.cell)].map(([word, ofKind]) => ({
      word,
      groups: groupPairings(ofKind, outcomes, pairings),
    }));
    const alike = kinds.length > 1 && new Set(kinds.map(({ groups }) => JSON.stringify(groups))).size === 1;
    for (const { word, groups } of alike ? kinds.slice(0, 1) : kinds) {
      for (const group of groups) rows.push([name, alike ? everyKind : word, group.pairings, ...group.cells]);
    }
  }
  const head = [subject.head, kind.head, 'client → provider', ...outcomes.map((column) => column.head)];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function groupPairings(
  results: readonly CaseResult[],
  outcomes: readonly Column[],
  all: readonly Pairing[],
): readonly Group[] {
  const cellsOf = (result: CaseResult): readonly string[] => outcomes.map(({ cell }) => cell(result));
  return [...groupBy(results, (result) => JSON.stringify(cellsOf(result)))].map(([cells, group]) => ({
    pairings: describePairings(
      group.map((result) => result.case.pairing),
      all,
    ),
    cells: JSON.parse(cells) as readonly string[],
  }));
}

/** The shortest way to name some of all pairings. */
function describePairings(some: readonly Pairing[], all: readonly Pairing[]): string {
  if (some.length === all.length) return 'all';
  for (const [word, isStraight] of [
    ['straight', true],
    ['translated', false],
  ] as const) {
    const kind = all.filter(({ straight }) => straight === isStraight);
    if (kind.length === some.length && some.every(({ straight }) => straight === isStraight)) return word;
  }
  const others = all.filter((pairing) => !some.includes(pairing));
  const names = (list: readonly Pairing[]): string => list.map(({ name }) => name).join('; ');
  return others.length < some.length ? `all but ${names(others)}` : names(some);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
