import type { UpstreamTarget } from '#providers';

/** Asks a provider which models it has. */
export abstract class ModelProbe {
  /**
   * The ids that `target` lists, or undefined when it gives no usable list. It obeys `signal`, and does not reject.
   */
  abstract list(target: UpstreamTarget, signal: AbortSignal): Promise<readonly string[] | undefined>;
}
