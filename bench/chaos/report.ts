import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ChaosSubject } from './chaos-options.js';

const PAGE = fileURLToPath(new URL('../../../docs/operations/failure-modes.md', import.meta.url));

/** What a run found, as a person reads it and as the page keeps it. */
export interface Report {
  /** Markdown: a table and sentences about it. */
  readonly markdown: string;
  /** What did not hold that should have; empty when all is well. */
  readonly broken: readonly string[];
}

/** A Markdown table whose columns line up in plain text too; all but the first and last column are numbers. */
export function describeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), 3));
  const isNumber = (column: number): boolean => column > 0 && column < head.length - 1;
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) =>
      isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(head), `|${rule.map((dashes) => ` ${dashes} |`).join('')}`, ...rows.map(line)].join('\n');
}

/** Milliseconds for a table: whole from ten on, one decimal below. */
export function describeMs(ms: number): string {
  return Number.isNaN(ms) ? '-' : ms.toFixed(ms < 10 ? 1 : 0);
}

/** The machine and how to measure again, in one sentence. */
export function describeRun(command: string): string {
  const [cpu] = cpus();
  return `Measured by \`${command}\` with everything on one machine (${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}).`;
}

/** Puts `markdown` between the markers of `subject` in a page. @throws Error when the page has no such markers. */
export function replaceMeasured(page: string, subject: ChaosSubject, markdown: string): string {
  const [begin, end] = [`<!-- measured: ${subject} -->`, `<!-- end: ${subject} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no markers ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n${markdown}\n${page.slice(to)}`;
}

/** Replaces what was measured of `subject` in the page on failure modes. */
export async function writeMeasured(subject: ChaosSubject, markdown: string): Promise<void> {
  await writeFile(PAGE, replaceMeasured(await readFile(PAGE, 'utf8'), subject, markdown));
}
