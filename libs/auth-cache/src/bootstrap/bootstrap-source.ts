import type { BootstrapPage } from '#gateway-protocol';
import type { SourceFailure } from '../key-source.js';

/** Answer to "which keys are there?". */
export type BootstrapAnswer =
  /** Genuine, whole and read; its keys are decoded as they are iterated. */
  | { readonly kind: 'page'; readonly page: BootstrapPage }
  /** This control plane does not list its keys. */
  | { readonly kind: 'not_supported' }
  | { readonly kind: 'unavailable'; readonly failure: SourceFailure };

/** Where a starting gateway gets every active key: the control plane, or a fake in tests. */
export abstract class BootstrapSource {
  /**
   * Asks for one page. Expected to answer, not to throw; ends early when `signal` aborts.
   *
   * @param cursor What the page before named as the next; undefined for the first.
   */
  abstract fetchPage(cursor: string | undefined, signal: AbortSignal): Promise<BootstrapAnswer>;
}
