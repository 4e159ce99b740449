import type { ProviderAdapter } from '#providers';
import type { Target } from './targets.js';

/** A model provider that may serve this request, with the model as that provider knows it. */
export interface Candidate extends Target {
  readonly adapter: ProviderAdapter;
}
