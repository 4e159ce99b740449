import { LRUCache } from 'lru-cache';
import type { ModelCapabilities } from '../spec/model-capabilities.js';
import type { ReasoningRequest } from '../spec/model-request.js';
import type { CapabilityRow } from './capability-row.js';
import { MODEL_CAPABILITIES } from './model-capabilities-data.js';
import { normalizeModelId } from './normalize-model-id.js';

/** Of a model about which nothing is known: nothing is refused for it. */
export const UNKNOWN_CAPABILITIES: ModelCapabilities = {
  contextTokens: undefined,
  outputTokensMax: undefined,
  input: undefined,
  output: undefined,
  tools: undefined,
  structuredOutput: undefined,
  prefill: undefined,
  thinking: undefined,
  sampling: undefined,
  openAiInterfaces: undefined,
};

/** Answers that are kept: clients choose the names, so there may be any number of them, of any length. */
const REMEMBERED_MAX = 1_000;
const ID_CHARACTERS_MAX = 256;
/** The same model at a date or in a release: `-20250514`, `-2024-08-06`, `-0613`, `-001`, `-latest`, `-preview-05-20`. */
const SNAPSHOT = /-(?:\d{8}|\d{4}-\d{2}-\d{2}|\d{3,4}|v\d+|latest|preview(?:-\d{2}-\d{2}|-\d{2}-\d{4})?|exp)$/;
/** Vendors whose platform decides which of OpenAI's interfaces serves a model. */
const OPENAI_PLATFORMS: ReadonlySet<string> = new Set(['openai', 'azure', 'openai_codex']);

const remembered = new LRUCache<string, ModelCapabilities>({ max: REMEMBERED_MAX });
const rowsById = new Map<string, CapabilityRow>();
const rowsByBeginning: { readonly beginning: string; readonly row: CapabilityRow }[] = [];
for (const row of MODEL_CAPABILITIES) {
  for (const id of row.ids) {
    if (id.endsWith('*')) rowsByBeginning.push({ beginning: id.slice(0, -1), row });
    else rowsById.set(id, row);
  }
}
rowsByBeginning.sort((left, right) => right.beginning.length - left.beginning.length);

/**
 * What `model` can take and give, however a platform spells its name.
 *
 * @param family The vendor of the platform that serves it, normalised. OpenAI's interfaces are only told for OpenAI's own
 *   platforms. Default: the platform of the model's own vendor.
 */
export function capabilitiesOf(model: string, family?: string): ModelCapabilities {
  if (model.length > ID_CHARACTERS_MAX) return UNKNOWN_CAPABILITIES;
  const key = family === undefined ? model : `${family}\n${model}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const capabilities = lookUp(model, family);
  remembered.set(key, capabilities);
  return capabilities;
}

/** True for Anthropic's models, on every platform. */
export function isClaude(model: string): boolean {
  return normalizeModelId(model).startsWith('claude');
}

/** True for Amazon's Nova models. */
export function isNova(model: string): boolean {
  return normalizeModelId(model).startsWith('nova');
}

/** True when a model that chooses its sampling itself lets a request choose it, because it will not reason. */
export function samplesAt(model: string, reasoning: ReasoningRequest | undefined): boolean {
  const exception = rowOf(model)?.samplingException;
  if (exception === undefined) return false;
  if (reasoning?.effort === 'none' || reasoning?.budgetTokens === 0) return true;
  return exception === 'not-asked-to-reason' && !saysHowMuch(reasoning);
}

function saysHowMuch(reasoning: ReasoningRequest | undefined): boolean {
  return reasoning?.effort !== undefined || reasoning?.budgetTokens !== undefined || reasoning?.adaptive === true;
}

function lookUp(model: string, family: string | undefined): ModelCapabilities {
  const row = rowOf(model);
  if (row === undefined) return UNKNOWN_CAPABILITIES;
  const capabilities = { ...UNKNOWN_CAPABILITIES, ...row.capabilities };
  return family === undefined || OPENAI_PLATFORMS.has(family)
    ? capabilities
    : { ...capabilities, openAiInterfaces: undefined };
}

function rowOf(model: string): CapabilityRow | undefined {
  if (model.length > ID_CHARACTERS_MAX) return undefined;
  const id = normalizeModelId(model);
  for (let name = id; name !== ''; name = withoutSnapshot(name)) {
    const row = rowsById.get(name);
    if (row !== undefined) return row;
  }
  return rowsByBeginning.find(({ beginning }) => id.startsWith(beginning))?.row;
}

/** The name without its last mark of a snapshot; empty when there is none. */
function withoutSnapshot(id: string): string {
  return SNAPSHOT.test(id) ? id.replace(SNAPSHOT, '') : '';
}
