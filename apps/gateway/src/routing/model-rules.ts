import type { ModelProvider } from '#gateway-protocol';
import type { ModelName } from './model-name.js';

/** The part of a model provider that a pattern may name. */
type NamedProvider = Pick<ModelProvider, 'family' | 'handle'>;

/**
 * Whether a key with these patterns may use `model` at `modelProvider` (contract 7.2); null allows every model.
 *
 * A pattern is judged against every spelling by which the model can be asked for there: bare, behind the vendor, and
 * behind the handle. `*` at the end of a pattern matches any rest.
 */
export function modelIsAllowedAt(
  patterns: readonly string[] | null,
  model: string,
  { family, handle }: NamedProvider,
): boolean {
  if (patterns === null) return true;
  const spellings = [model, `${family}/${model}`];
  if (handle !== null) spellings.push(`${handle}/${model}`);
  return matchesAny(patterns, spellings);
}

/** Whether the patterns allow a name as it is spelled, whoever might serve it. */
export function nameIsAllowed(patterns: readonly string[] | null, name: ModelName): boolean {
  if (patterns === null) return true;
  const spellings = [name.model];
  if (name.kind === 'family') spellings.push(`${name.family}/${name.model}`);
  if (name.kind === 'handle') spellings.push(`${name.handle}/${name.model}`);
  return matchesAny(patterns, spellings);
}

/** True for a pattern that stands for more than one model. */
export function isWildcard(pattern: string): boolean {
  return pattern.endsWith('*');
}

function matchesAny(patterns: readonly string[], spellings: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (!isWildcard(pattern)) return spellings.includes(pattern);
    const prefix = pattern.slice(0, -1);
    return spellings.some((spelling) => spelling.startsWith(prefix));
  });
}
