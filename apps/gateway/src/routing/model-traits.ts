import {
  UNKNOWN_CAPABILITIES,
  capabilitiesOf,
  declaredCapabilities,
  type ModelCapabilities,
  type StateFamily,
} from '#providers';
import type { Candidate } from './candidate.js';

/** The name by which a candidate's provider knows the model: its deployment or profile, where one is configured. */
export function upstreamModelOf({ modelProvider, model }: Candidate): string {
  const { deploymentMap } = modelProvider;
  return (Object.hasOwn(deploymentMap, model) ? deploymentMap[model] : undefined) ?? model;
}

/**
 * What a candidate's model can take and give: what its adapter declares, else what is known by itself. A deployment may
 * have any name, and so may an alias for a profile, so the better known of the two names decides.
 */
export function candidateCapabilities(candidate: Candidate): ModelCapabilities {
  const { family } = candidate.modelProvider;
  const declared = declaredCapabilities(candidate.adapter, candidate.model);
  if (declared !== undefined) return declared;
  const byName = capabilitiesOf(candidate.model, family);
  return byName === UNKNOWN_CAPABILITIES ? capabilitiesOf(upstreamModelOf(candidate), family) : byName;
}

/** Whose opaque states a candidate's model understands. */
export function candidateStateFamily(candidate: Candidate): StateFamily | undefined {
  const { adapter, model } = candidate;
  return adapter.stateFamily(model) ?? adapter.stateFamily(upstreamModelOf(candidate));
}
