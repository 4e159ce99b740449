import type { ModelProvider } from '#gateway-protocol';

/** The most names that a sentence lists. */
const OPTIONS_MAX = 10;

/**
 * Names what a key reaches, for a person: families sorted, then handles in order, quoted, at most {@link OPTIONS_MAX}
 * (contract 7.3; families are dropped first).
 */
export function nameOptions(modelProviders: readonly ModelProvider[]): string {
  const handles = modelProviders.flatMap((row) => (row.handle === null ? [] : [row.handle]));
  const families = [...new Set(modelProviders.map((row) => row.family))].sort();
  const all = [...families, ...handles];
  if (all.length === 0) return 'no provider';
  const listed = all.slice(-OPTIONS_MAX).map((name) => `"${name}"`);
  const hidden = all.length - listed.length;
  return listed.join(', ') + (hidden > 0 ? ` and ${hidden} more` : '');
}
