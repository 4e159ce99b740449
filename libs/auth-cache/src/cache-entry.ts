import type { Bundle, BundleClaims } from '#gateway-protocol';
import type { KeyGranted } from './resolution.js';

/**
 * Where an entry stands by the clock (contract B.1).
 *
 * `fresh` may be served as it is; `stale` only when the control plane cannot be asked; `dead` never; `key_expired`
 * outranks them all.
 */
export type EntryState = 'fresh' | 'stale' | 'dead' | 'key_expired';

/** What a finished load knows about a key. */
export interface EntryOrigin {
  readonly digest: string;
  readonly bundle: Bundle;
  /** Expiry of the identity token, milliseconds since the epoch. */
  readonly tokenExpiresAtMs: number;
  /** Tag of the configuration, for conditional requests. */
  readonly etag: string | undefined;
  /** When the load that resolved the key began, milliseconds since the epoch. */
  readonly resolvedAtMs: number;
  /** When the last question that confirmed the configuration began, milliseconds since the epoch. */
  readonly checkedAtMs: number;
}

/** One resolved key. A new load makes a new entry, so that object identity tells whether an entry is still the same. */
export class CacheEntry {
  readonly digest: string;
  /** The answer to hand out; made once, so that a hit allocates nothing. */
  readonly granted: KeyGranted;
  readonly tokenExpiresAtMs: number;
  /** Milliseconds since the epoch; infinite for a key that never expires. */
  readonly keyExpiresAtMs: number;
  readonly hardExpiresAtMs: number;
  /** Only ever moves later, and never past the hard expiry. */
  softExpiresAtMs: number;
  /** Wall time from which a hit starts a full refresh. */
  refreshAtMs: number;
  /** Monotonic time from which a hit starts a configuration refresh. */
  configDueAtMs: number;
  etag: string | undefined;
  readonly resolvedAtMs: number;
  checkedAtMs: number;
  /** The next request must ask the control plane before it is served. */
  mustCheck = false;
  /** How many change events touched this entry; tells a refresh that it was overtaken. */
  changes = 0;

  constructor(origin: EntryOrigin, hardGraceMs: number) {
    this.digest = origin.digest;
    this.granted = Object.freeze({ ok: true, bundle: origin.bundle });
    this.tokenExpiresAtMs = origin.tokenExpiresAtMs;
    this.keyExpiresAtMs = origin.bundle.expiresAtMs ?? Number.POSITIVE_INFINITY;
    this.softExpiresAtMs = Math.min(origin.tokenExpiresAtMs, this.keyExpiresAtMs);
    this.hardExpiresAtMs = Math.min(origin.tokenExpiresAtMs + hardGraceMs, this.keyExpiresAtMs);
    this.refreshAtMs = this.softExpiresAtMs;
    this.configDueAtMs = Number.POSITIVE_INFINITY;
    this.etag = origin.etag;
    this.resolvedAtMs = origin.resolvedAtMs;
    this.checkedAtMs = origin.checkedAtMs;
  }

  get bundle(): Bundle {
    return this.granted.bundle;
  }

  stateAt(nowMs: number): EntryState {
    if (nowMs >= this.keyExpiresAtMs) return 'key_expired';
    if (nowMs <= this.softExpiresAtMs) return 'fresh';
    return nowMs <= this.hardExpiresAtMs ? 'stale' : 'dead';
  }

  /**
   * Lets the entry live a little longer after a failed refresh.
   *
   * @returns Whether the soft expiry moved. It cannot once the hard cap is reached, or when stale serving is switched off.
   */
  bumpSoftExpiry(nowMs: number, bumpMs: number): boolean {
    if (nowMs > this.hardExpiresAtMs) return false;
    const bumpedMs = Math.min(nowMs + bumpMs, this.hardExpiresAtMs);
    if (bumpedMs <= this.softExpiresAtMs) return false;
    this.softExpiresAtMs = bumpedMs;
    return true;
  }

  /** Notes that a change event touched what this entry holds. The tag is dropped: it does not cover all that changes. */
  markChanged(mustCheck: boolean): void {
    this.changes += 1;
    this.configDueAtMs = 0;
    this.etag = undefined;
    if (mustCheck) this.mustCheck = true;
  }

  /** The identity held, as claims, so that a new configuration can be put on top; the expiry is the one held. */
  identity(): BundleClaims {
    const { bundle } = this;
    return {
      vk_id: bundle.virtualKeyId,
      project_id: bundle.projectId,
      team_id: bundle.teamId,
      org_id: bundle.organizationId,
      principal_id: bundle.principalId,
      revision: bundle.revision,
      vk_expires_at: bundle.expiresAtMs === null ? null : bundle.expiresAtMs / 1000,
      exp: this.tokenExpiresAtMs / 1000,
    };
  }
}
