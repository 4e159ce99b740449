import type { TraceIds } from './openai-error.js';

/** Facts of the exchange that an error's body repeats. */
export interface ErrorContext {
  /** The id that the request is billed and logged under; undefined outside of public endpoints. */
  readonly requestId: string | undefined;
  readonly trace: TraceIds | undefined;
}
