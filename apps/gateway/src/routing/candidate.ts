import type { ModelProvider } from '#gateway-protocol';
import type { ProviderAdapter } from '#providers';

/** A model provider that may serve this request, with the model as that provider knows it. */
export interface Candidate {
  readonly modelProvider: ModelProvider;
  readonly adapter: ProviderAdapter;
  readonly model: string;
}
