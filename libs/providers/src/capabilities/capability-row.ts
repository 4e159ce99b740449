import type { ModelCapabilities } from '../spec/model-capabilities.js';

/** When a model that otherwise chooses its sampling itself takes `temperature` and `top_p` after all. */
export type SamplingException =
  /** Only when the request asks it not to reason. */
  | 'asked-not-to-reason'
  /** Also when the request does not say, because it does not reason by default. */
  | 'not-asked-to-reason';

/** What is known of some models, and how we know. */
export interface CapabilityRow {
  /**
   * Normalised ids. A dated or numbered snapshot, `-latest` and `-preview` are meant too; an id with an asterisk at its
   * end means every id that begins so.
   */
  readonly ids: readonly string[];
  /** What is left out is not known. */
  readonly capabilities: Partial<ModelCapabilities>;
  readonly samplingException?: SamplingException;
  readonly source: string;
  /** The day on which the source said so. */
  readonly checked: string;
}
