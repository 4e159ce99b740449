import type { Dialect } from '../spec/dialect.js';
import type { ConditionName } from './parameter-conditions.js';

/** A dialect in which clients name parameters, as a column of the parameter table. */
export type InboundColumn = 'chat' | 'responses' | 'messages' | 'gemini' | 'completions';

/** A dialect into which parameters are translated, as a column of the parameter table. */
export type ProviderColumn = 'chat' | 'responses' | 'messages' | 'gemini' | 'bedrock';

/**
 * What happens to a parameter that a provider cannot take.
 *
 * - `dropped`: it tunes the answer; the client is told.
 * - `refused`: the request depends on it.
 * - `needless`: it asks for what happens anyway, so it is left out, and there is nothing to tell.
 */
export type Disposition = 'dropped' | 'refused' | 'needless';

/** What happens to a parameter, and when. */
export interface Rule {
  readonly disposition: Disposition;
  /** Half a sentence for a person. */
  readonly reason: string;
  /** Undefined: always. */
  readonly when?: ConditionName;
}

/** What one dialect does with one parameter: the first rule that holds decides; without one, it is mapped. */
export type Cell = readonly Rule[];

/** One parameter of the parameter table. */
export interface ParameterRow {
  /** What clients call it; columns in which it has no name are left out. */
  readonly names: Readonly<Partial<Record<InboundColumn, string>>>;
  readonly cells: Readonly<Record<ProviderColumn, Cell>>;
}

/** The column in which a client's dialect names parameters; undefined for a dialect that the table does not know. */
export function inboundColumnOf(dialect: Dialect): InboundColumn | undefined {
  return INBOUND_COLUMNS.get(dialect);
}

/** The column that says what `dialect` can do; undefined for a dialect that takes everything. */
export function providerColumnOf(dialect: Dialect): ProviderColumn | undefined {
  return PROVIDER_COLUMNS.get(dialect);
}

/** The cell of a parameter that is always mapped. */
export const MAPPED: Cell = [];

/** The cell of a parameter that is left out, always or under a condition. */
export function dropped(reason: string, when?: ConditionName): Cell {
  return [rule('dropped', reason, when)];
}

/** The cell of a parameter for which the request is refused, always or under a condition. */
export function refused(reason: string, when?: ConditionName): Cell {
  return [rule('refused', reason, when)];
}

/** The rule for a value that asks for what happens anyway. */
export function needless(when: ConditionName): Cell {
  return [rule('needless', 'that is what happens anyway', when)];
}

/** Cells that are not always mapped, with {@link needless} before what they say. */
export function needlessWhen(when: ConditionName, cells: ParameterRow['cells']): ParameterRow['cells'] {
  const before = (cell: Cell): Cell => (cell.length === 0 ? cell : [...needless(when), ...cell]);
  return {
    chat: before(cells.chat),
    responses: before(cells.responses),
    messages: before(cells.messages),
    gemini: before(cells.gemini),
    bedrock: before(cells.bedrock),
  };
}

function rule(disposition: Disposition, reason: string, when: ConditionName | undefined): Rule {
  return when === undefined ? { disposition, reason } : { disposition, reason, when };
}

const INBOUND_COLUMNS: ReadonlyMap<Dialect, InboundColumn> = new Map([
  ['openai-chat', 'chat'],
  ['openai-responses', 'responses'],
  ['anthropic-messages', 'messages'],
  ['gemini', 'gemini'],
  ['openai-completions', 'completions'],
]);

const PROVIDER_COLUMNS: ReadonlyMap<Dialect, ProviderColumn> = new Map([
  ['openai-chat', 'chat'],
  ['openai-responses', 'responses'],
  ['anthropic-messages', 'messages'],
  ['gemini', 'gemini'],
  ['bedrock-converse', 'bedrock'],
]);
