import type { ModelEvent } from '../../spec/model-event.js';
import type { Usage } from '../../spec/usage.js';
import { ensure } from './contract-case.js';

/** @throws ContractViolation unless the events obey the rules of {@link ModelEvent}. */
export function ensureEventRules(events: readonly ModelEvent[]): void {
  const open = new Map<number, string>();
  const used = new Set<string>();
  let end: string | undefined;
  for (const event of events) {
    ensure(end === undefined || (end === 'finish' && event.kind === 'usage'), `"${event.kind}" comes after "${end}"`);
    if (event.kind === 'finish' || event.kind === 'error') end = event.kind;
    else if (event.kind === 'usage') ensureUsageRules(event.usage);
    else if (event.kind !== 'answer-start' && event.kind !== 'media') followPart(event, open, used);
  }
}

type PartEvent = Extract<ModelEvent, { readonly kind: `${string}-${'start' | 'delta' | 'end' | 'citation'}` }>;

function followPart(event: Exclude<PartEvent, { kind: 'answer-start' }>, open: Map<number, string>, used: Set<string>) {
  const { kind, part } = event;
  const family = kind.slice(0, kind.lastIndexOf('-'));
  const step = kind.slice(kind.lastIndexOf('-') + 1);
  if (step === 'start') {
    ensure(!open.has(part) && !used.has(`${part}`), `part ${part} starts twice`);
    open.set(part, family);
    used.add(`${part}`);
    return;
  }
  ensure(open.get(part) === family, `"${kind}" of part ${part} comes outside of it`);
  if (step === 'end') open.delete(part);
}

/** @throws ContractViolation unless every bucket is a whole number of tokens, and no part is more than its whole. */
export function ensureUsageRules(usage: Usage): void {
  for (const [name, tokens] of Object.entries(usage) as [string, number | undefined][]) {
    ensure(tokens === undefined || (Number.isSafeInteger(tokens) && tokens >= 0), `${name} is ${String(tokens)}`);
  }
  const { cacheWriteTokens, cacheWrite1hTokens, outputTokens, reasoningTokens } = usage;
  ensure(isPartOf(cacheWrite1hTokens, cacheWriteTokens), 'cacheWrite1hTokens are more than cacheWriteTokens');
  ensure(isPartOf(reasoningTokens, outputTokens), 'reasoningTokens are more than outputTokens');
}

/** All tokens of the disjoint buckets together. */
export function tokensInAll(usage: Usage): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, inputAudioTokens, outputAudioTokens } = usage;
  return [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, inputAudioTokens, outputAudioTokens].reduce(
    (sum: number, tokens) => sum + (tokens ?? 0),
    0,
  );
}

function isPartOf(part: number | undefined, whole: number | undefined): boolean {
  return part === undefined || whole === undefined || part <= whole;
}
