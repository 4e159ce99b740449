import type { BundleClaims, ConfigPayload } from '#gateway-protocol';
import type { KeyRefusalReason } from './resolution.js';

/**
 * How asking the control plane failed.
 *
 * - `transport`: no whole answer came (refused, reset, truncated).
 * - `timeout`: none came in time.
 * - `server_error`: an answer with a status that says nothing about the key.
 * - `bad_answer`: an answer that breaks the contract.
 * - `bundle_rejected`: the identity token failed verification.
 * - `secret_refused`: the control plane does not accept our shared secret; an operator must act.
 * - `limited`: it was not asked, to keep a flood away from it.
 * - `fault`: a defect of ours, with the error as the cause.
 */
export type SourceFailureKind =
  'transport' | 'timeout' | 'server_error' | 'bad_answer' | 'bundle_rejected' | 'secret_refused' | 'limited' | 'fault';

/** A failure to learn something about a key. It is never evidence against the key. */
export interface SourceFailure {
  readonly kind: SourceFailureKind;
  /** One sentence for the log; no key, secret or body in it. */
  readonly detail: string;
  readonly cause?: unknown;
}

/** Answer to "whose key is this?". */
export type ResolveAnswer =
  | { readonly kind: 'resolved'; readonly claims: BundleClaims }
  | { readonly kind: 'refused'; readonly reason: KeyRefusalReason }
  | { readonly kind: 'unavailable'; readonly failure: SourceFailure };

/** Answer to "what may this virtual key do?". */
export type ConfigAnswer =
  | { readonly kind: 'config'; readonly config: ConfigPayload; readonly etag: string | undefined }
  /** Only in answer to a conditional request. */
  | { readonly kind: 'not_modified' }
  /** The virtual key is not known; only resolving it again tells why. */
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unavailable'; readonly failure: SourceFailure };

/** Where keys are resolved when the cache does not know: the control plane, or a fake in tests. */
export abstract class KeySource {
  /** Says whose key `presentedKey` is. Expected to answer, not to throw; ends early when `signal` aborts. */
  abstract resolveKey(presentedKey: string, signal: AbortSignal): Promise<ResolveAnswer>;

  /**
   * Fetches the configuration of a virtual key.
   *
   * @param etag Verbatim tag of the configuration held, for a conditional request; `undefined` asks unconditionally.
   */
  abstract fetchConfig(virtualKeyId: string, etag: string | undefined, signal: AbortSignal): Promise<ConfigAnswer>;
}
