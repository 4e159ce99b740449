import { PARAMETER_CONDITIONS } from './parameter-conditions.js';
import type { Cell, InboundColumn, ParameterRow, ProviderColumn, Rule } from './parameter-rule.js';
import { PARAMETER_TABLE } from './parameter-table.js';

const CLIENT_TITLES: Readonly<Record<InboundColumn, string>> = {
  chat: 'Chat Completions',
  responses: 'Responses',
  messages: 'Messages',
  gemini: 'Gemini',
  completions: 'Completions',
};

const PROVIDER_TITLES: Readonly<Record<ProviderColumn, string>> = {
  chat: 'Chat Completions',
  responses: 'Responses',
  messages: 'Anthropic Messages',
  gemini: 'Gemini',
  bedrock: 'Bedrock Converse',
};

const CLIENT_COLUMNS = Object.keys(CLIENT_TITLES) as readonly InboundColumn[];
const PROVIDER_COLUMNS = Object.keys(PROVIDER_TITLES) as readonly ProviderColumn[];
const ROWS = Object.entries<ParameterRow>(PARAMETER_TABLE);

/** A table of `docs/parameter-mapping.md`: where it begins on the page, and what stands there. */
export interface ParameterPageTable {
  readonly heading: string;
  readonly text: string;
}

/** The tables of `docs/parameter-mapping.md`, made from the parameter table so that the two cannot differ. */
export function parameterPageTables(): readonly ParameterPageTable[] {
  return [overview(), names(), ...PROVIDER_COLUMNS.map(exceptions)];
}

function overview(): ParameterPageTable {
  const rows = ROWS.map(([name, row]) => [
    code(titleOf(name, row)),
    ...PROVIDER_COLUMNS.map((column) => summaryOf(row.cells[column])),
  ]);
  return table(['Parameter', ...PROVIDER_COLUMNS.map((column) => `to ${PROVIDER_TITLES[column]}`)], rows);
}

function names(): ParameterPageTable {
  const rows = ROWS.map(([, row]) => CLIENT_COLUMNS.map((column) => code(row.names[column])));
  return table(
    CLIENT_COLUMNS.map((column) => `in ${CLIENT_TITLES[column]}`),
    rows,
  );
}

function exceptions(column: ProviderColumn): ParameterPageTable {
  const rows = ROWS.flatMap(([name, row]) =>
    linesOf(row.cells[column]).map((cells) => [code(titleOf(name, row)), ...cells]),
  );
  return table([`Into ${PROVIDER_TITLES[column]}`, 'What happens', 'Why'], rows);
}

/** What happens by each rule, and why; a needless value is told with the rule that it is spared. */
function linesOf(cell: Cell): readonly (readonly string[])[] {
  const lines: string[][] = [];
  let unless = '';
  for (const rule of cell) {
    if (rule.disposition === 'needless') unless = `, unless ${sentenceOf(rule)}`;
    else {
      const when = rule.when === undefined ? '' : ` when ${sentenceOf(rule)}`;
      lines.push([`${rule.disposition}${when}${unless}`, rule.reason]);
      unless = '';
    }
  }
  return lines;
}

/** What a reader of the page looks for: the name in Chat Completions, else in the first dialect that has one. */
function titleOf(name: string, { names }: ParameterRow): string {
  const column = CLIENT_COLUMNS.find((candidate) => names[candidate] !== undefined);
  return (column && names[column]) ?? name;
}

function summaryOf(cell: Cell): string {
  if (cell.length === 0) return 'mapped';
  return cell.find(({ when }) => when === undefined)?.disposition ?? 'mapped, with exceptions';
}

function sentenceOf({ when }: Rule): string {
  return when === undefined ? '' : PARAMETER_CONDITIONS[when].sentence;
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): ParameterPageTable {
  const heading = line(titles);
  return { heading, text: [heading, line(titles.map(() => '---')), ...rows.map(line)].join('\n') };
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
