import type { Bundle } from '#gateway-protocol';
import type { AdapterRegistry } from '#providers';
import { Decisions } from './decisions.js';
import type { Candidate } from './candidate.js';
import type { Plan } from './plan.js';
import { refuse, type PlanRefusal } from './plan-refusal.js';
import { serves } from './serves.js';

/**
 * Where a stored response may be: at every provider of the key that stores them and carries the labels that its policy
 * demands, in the bundle's order. The request names no model, so the key's model rules have no part in it.
 */
export function planStoredResponse({ modelProviders, routing }: Bundle, adapters: AdapterRegistry): Plan | PlanRefusal {
  const required = routing.policy?.requiredLabels ?? [];
  const candidates: Candidate[] = [];
  for (const modelProvider of modelProviders) {
    if (routing.providersAllowed !== null && !routing.providersAllowed.has(modelProvider.id)) continue;
    if (!required.every((label) => modelProvider.labels.includes(label))) continue;
    const adapter = adapters.find(modelProvider.family);
    if (adapter === undefined) continue;
    const candidate = { modelProvider, adapter, model: '' };
    if (serves(candidate, 'stored-response')) candidates.push(candidate);
  }
  if (candidates.length === 0) {
    return refuse('model_provider_not_bound', 'No provider of this key stores responses.');
  }
  return {
    kind: 'planned',
    candidates,
    model: '',
    maxAttempts: 0,
    onlyFirst: false,
    decisions: new Decisions().of(candidates),
  };
}
