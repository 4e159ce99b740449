import type { Bundle } from '#gateway-protocol';

/** Why a presented key is not served; each is also the error code that the client sees. */
export const KEY_DENIAL_REASONS = [
  'invalid_api_key',
  'virtual_key_revoked',
  'virtual_key_disabled',
  'virtual_key_expired',
  'auth_upstream_unavailable',
] as const;
export type KeyDenialReason = (typeof KEY_DENIAL_REASONS)[number];

/** A denial that speaks about the key itself, as opposed to the control plane being out of reach. */
export type KeyRefusalReason = Exclude<KeyDenialReason, 'auth_upstream_unavailable'>;

/** The key may be used, with everything that it resolves to. */
export interface KeyGranted {
  readonly ok: true;
  readonly bundle: Bundle;
}

/** The key may not be used, or nobody could be asked whether it may. */
export interface KeyDenied {
  readonly ok: false;
  readonly reason: KeyDenialReason;
  /** Seconds after which asking again can help; only with `auth_upstream_unavailable`. */
  readonly retryAfterSeconds?: number;
}

/** What a presented key resolves to. Grants are shared per cache entry and denials per reason: never mutate one. */
export type Resolution = KeyGranted | KeyDenied;

/** What clients are told to wait when the control plane is out of reach: restarts and failovers take seconds. */
const UPSTREAM_RETRY_AFTER_SECONDS = 5;

const DENIALS: Readonly<Record<KeyDenialReason, KeyDenied>> = {
  invalid_api_key: Object.freeze({ ok: false, reason: 'invalid_api_key' }),
  virtual_key_revoked: Object.freeze({ ok: false, reason: 'virtual_key_revoked' }),
  virtual_key_disabled: Object.freeze({ ok: false, reason: 'virtual_key_disabled' }),
  virtual_key_expired: Object.freeze({ ok: false, reason: 'virtual_key_expired' }),
  auth_upstream_unavailable: Object.freeze({
    ok: false,
    reason: 'auth_upstream_unavailable',
    retryAfterSeconds: UPSTREAM_RETRY_AFTER_SECONDS,
  }),
};

/** The one frozen denial of a reason; refusing a request allocates nothing. */
export function denyKey(reason: KeyDenialReason): KeyDenied {
  return DENIALS[reason];
}
