import type { Dialect } from '../spec/dialect.js';
import type { Loss } from '../spec/loss-report.js';
import type { ModelCapabilities } from '../spec/model-capabilities.js';
import type { ModelRequest, ParameterName, Parameters } from '../spec/model-request.js';
import { PARAMETER_CONDITIONS, type ConditionContext } from './parameter-conditions.js';
import { inboundColumnOf, providerColumnOf, type Cell, type Rule } from './parameter-rule.js';
import { PARAMETER_TABLE } from './parameter-table.js';

/** A request on its way from a client's dialect into a provider's. */
export interface PolicyInput {
  readonly request: ModelRequest;
  /** Whose names of fields the client knows. */
  readonly inbound: Dialect;
  readonly provider: Dialect;
  /** The model as the provider knows it. */
  readonly model: string;
  readonly capabilities: ModelCapabilities;
  /** The client rather has the request refused than anything left out. */
  readonly strict: boolean;
}

/** The request that a writer may write, or why there is none. */
export type PolicyOutcome =
  | { readonly ok: true; readonly request: ModelRequest; readonly dropped: readonly Loss[] }
  | { readonly ok: false; readonly field: string; readonly reason: string };

const PARAMETER_NAMES = Object.keys(PARAMETER_TABLE) as readonly ParameterName[];
const UNKNOWN_NAME = 'it is not known, so it is not translated';

/**
 * Takes out of a request what the provider's dialect or model cannot do, by {@link PARAMETER_TABLE}.
 *
 * A refusal wins over everything that is dropped, and the first of several is told. Names that the reader of the request
 * did not know are dropped. A strict request is refused for the first of what would be dropped.
 */
export function applyParameterPolicy(input: PolicyInput): PolicyOutcome {
  const { request } = input;
  const dropped: Loss[] = [];
  let parameters = request.parameters;
  for (const name of PARAMETER_NAMES) {
    const value = parameters[name];
    if (value === undefined) continue;
    const rule = ruleFor(cellOf(name, input.provider), { ...input, parameters, value });
    if (rule === undefined) continue;
    const loss = { field: fieldOf(name, input.inbound), reason: rule.reason };
    if (rule.disposition === 'refused') return { ok: false, ...loss };
    if (rule.disposition === 'dropped') dropped.push(loss);
    parameters = without(parameters, name);
  }
  for (const field of request.unknownNames) dropped.push({ field, reason: UNKNOWN_NAME });
  const [first] = dropped;
  if (input.strict && first !== undefined) return { ok: false, ...first };
  return { ok: true, request: { ...request, parameters, unknownNames: [] }, dropped };
}

/** A dialect without a column takes everything. */
function cellOf(name: ParameterName, provider: Dialect): Cell {
  const column = providerColumnOf(provider);
  return column === undefined ? [] : PARAMETER_TABLE[name].cells[column];
}

function ruleFor(cell: Cell, context: ConditionContext): Rule | undefined {
  return cell.find(({ when }) => when === undefined || PARAMETER_CONDITIONS[when].holds(context));
}

/** What the client calls a parameter; our own name for it where its dialect has none. */
function fieldOf(name: ParameterName, inbound: Dialect): string {
  const column = inboundColumnOf(inbound);
  return (column && PARAMETER_TABLE[name].names[column]) ?? name;
}

function without(parameters: Parameters, name: ParameterName): Parameters {
  const { [name]: _left, ...rest } = parameters;
  return rest;
}
