const BEGIN = '<!-- faults:begin -->';
const END = '<!-- faults:end -->';
const TIMES = '### Time that a fall-over adds';

/** What a page says of faults: what happens, which is the same everywhere, and how long it took somewhere. */
export interface FaultSection {
  readonly table: string;
  /** Starts with its own heading. */
  readonly times: string;
}

/** Reads the section of a page. @throws Error when the page has no place for it. */
export function readSection(page: string): FaultSection {
  const { from, to } = placeOf(page);
  const [table = '', times = ''] = page.slice(from, to).split(TIMES);
  return { table: table.trim(), times: times === '' ? '' : TIMES + times.trimEnd() };
}

/** Puts a section into a page. @throws Error when the page has no place for it. */
export function replaceSection(page: string, { table, times }: FaultSection): string {
  const { from, to } = placeOf(page);
  return `${page.slice(0, from)}\n\n${table}\n\n${times}\n\n${page.slice(to)}`;
}

/** The heading over measured times, with what they say below. */
export function timesSection(text: string): string {
  return `${TIMES}\n\n${text}`;
}

/** The lines by which two tables differ, for a person; empty when they are equal. */
export function differenceOf(committed: string, found: string): readonly string[] {
  const [before, after] = [linesOf(committed), linesOf(found)];
  return [
    ...[...before].filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...[...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
}

/** Widths of columns are no difference. */
function linesOf(text: string): ReadonlySet<string> {
  return new Set(text.split('\n').map((line) => line.replace(/-+/g, '-').replace(/\s+/g, ' ').trim()));
}

function placeOf(page: string): { readonly from: number; readonly to: number } {
  const [begin, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || to < begin) throw new Error(`the page has no markers ${BEGIN} and ${END}`);
  return { from: begin + BEGIN.length, to };
}
