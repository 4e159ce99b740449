import type { BootstrapEnd } from './bootstrap/bootstrap-end.js';
import type { SourceFailure } from './key-source.js';
import type { SharedKeyEvent } from './l2/shared-key-events.js';

/** Why an entry left the cache at once. */
export type HardEvictReason =
  /** The key's own expiry date passed. */
  | 'virtual_key_expired'
  /** The hard cap had passed when the key was next presented. */
  | 'hard_cap_exceeded_on_lookup'
  /** The control plane could not be asked and the hard cap allowed no further stale serving. */
  | 'hard_cap_exceeded'
  /** The control plane refused the key while a request waited. */
  | 'auth_rejection'
  /** The control plane refused the key in a background refresh. */
  | 'auth_rejection_async';

/** How the owner of a key can end it; also the error code that its clients see. */
export type KeyEndReason = 'virtual_key_revoked' | 'virtual_key_disabled';

/** Which half of a refresh failed: resolving the key or fetching its configuration. */
export type RefreshStep = 'transport' | 'config_fetch_failed';

/**
 * What the key cache and its change feed report, for logs and metrics. Nothing in an event is secret.
 *
 * Hits and misses are not events: they are counted without allocation, see `KeyCache.stats()`.
 */
export type KeyCacheEvent =
  | { readonly kind: 'hard_evict'; readonly reason: HardEvictReason; readonly virtualKeyId: string }
  | {
      /** A bundle past its soft expiry was served, because the control plane could not be asked. */
      readonly kind: 'serve_stale';
      readonly virtualKeyId: string;
      readonly staleForMs: number;
      readonly hardGraceRemainingMs: number;
      readonly step: RefreshStep;
    }
  | {
      /** A refresh of a held key failed; the entry is kept while the hard cap allows. */
      readonly kind: 'refresh_transport_failure';
      readonly virtualKeyId: string;
      readonly background: boolean;
      readonly newSoftExpiresAtMs: number;
      readonly hardGraceRemainingMs: number;
      readonly step: RefreshStep;
      readonly failure: SourceFailure;
    }
  | { readonly kind: 'refresh_success'; readonly virtualKeyId: string; readonly background: boolean }
  | { readonly kind: 'cold_resolve_failure'; readonly step: RefreshStep; readonly failure: SourceFailure }
  /** The limit of concurrent foreground loads was reached; the request was told to come back. */
  | { readonly kind: 'loads_exhausted'; readonly loadsMax: number }
  /** A load finished after the key had changed, so that its result was thrown away and asked for again. */
  | { readonly kind: 'load_overtaken'; readonly virtualKeyId: string }
  | {
      readonly kind: 'config_refresh_not_modified' | 'config_refresh_success' | 'config_refresh_dropped_stale';
      readonly virtualKeyId: string;
    }
  | { readonly kind: 'config_refresh_failed'; readonly virtualKeyId: string; readonly failure: SourceFailure }
  | {
      /** Too many unknown keys were presented, so that some were not asked about; reported once in a while. */
      readonly kind: 'unknown_keys_limited';
      /** How many since the last report. */
      readonly refused: number;
      readonly perSecond: number;
    }
  /** The control plane refuses our shared secret: every key will fail until an operator mends it. */
  | { readonly kind: 'control_plane_secret_refused'; readonly failure: SourceFailure }
  | {
      /** A change event touched entries: some were evicted, some marked for a check or a refresh. */
      readonly kind: 'change_evict';
      /** Lower-case kind of the change event. */
      readonly reason: string;
      readonly organizationId: string;
      /** The id that the event was about, or the organization's. */
      readonly target: string;
      readonly evicted: number;
      readonly marked: number;
    }
  /**
   * A virtual key was revoked or disabled, whether or not it is held: the feed says so, or the control plane when it was
   * asked about a key that is held. It may come more than once.
   */
  | {
      readonly kind: 'key_ended';
      readonly virtualKeyId: string;
      readonly reason: KeyEndReason;
    }
  | {
      /** A page of keys did not come while the gateway starts. */
      readonly kind: 'bootstrap_page_failed';
      readonly failure: SourceFailure;
      /** Undefined when it is not tried again. */
      readonly retryInMs: number | undefined;
    }
  | {
      /** The gateway has taken in what there is to have before it starts; anything but `complete` leaves keys to be resolved lazily. */
      readonly kind: 'bootstrap_ended';
      readonly end: BootstrapEnd;
      readonly pages: number;
      readonly keys: number;
      readonly skipped: number;
      readonly durationMs: number;
    }
  | { readonly kind: 'change_unhandled'; readonly changeKind: string; readonly organizationId: string }
  | {
      readonly kind: 'change_feed_poll_failed';
      readonly organizationId: string;
      readonly failure: SourceFailure;
      readonly retryInMs: number;
    };

/** Where the key cache and its change feed report what happened. Must not throw; is called on the request path. */
export abstract class KeyCacheEvents {
  /** Takes one event. */
  abstract record(event: KeyCacheEvent): void;

  /** Takes one event of the second level. By default it is discarded, as there is none unless a shared store is given. */
  recordShared(_event: SharedKeyEvent): void {
    // Whoever has a second level and wants to know of it overrides this.
  }
}

/** Discards every event. */
export class SilentKeyCacheEvents extends KeyCacheEvents {
  override record(): void {
    // Whoever wants to know passes a port of their own.
  }
}
