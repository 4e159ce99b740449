import {
  KeyCacheEvents,
  type BootstrapEnd,
  type KeyCacheEvent,
  type SharedKeyEvent,
  type SourceFailure,
} from '#auth-cache';
import { Logger } from '@nestjs/common';

type Level = 'debug' | 'log' | 'warn' | 'error';

/** How each event is logged: its level and the name by which operators know it (contract 4). */
const LINES: Readonly<
  Record<Exclude<KeyCacheEvent['kind'], 'bootstrap_ended'>, readonly [level: Level, name: string]>
> = {
  hard_evict: ['error', 'auth_cache_hard_evict'],
  serve_stale: ['log', 'auth_cache_serve_stale'],
  refresh_transport_failure: ['warn', 'auth_cache_refresh_transport_failure'],
  refresh_success: ['debug', 'auth_cache_refresh_success'],
  cold_resolve_failure: ['warn', 'auth_cache_cold_resolve_failure'],
  unknown_keys_limited: ['warn', 'auth_cache_unknown_keys_limited'],
  loads_exhausted: ['error', 'auth_cache_loads_exhausted'],
  load_overtaken: ['debug', 'auth_cache_load_overtaken'],
  config_refresh_not_modified: ['debug', 'config_ttl_refresh_not_modified'],
  config_refresh_success: ['debug', 'config_ttl_refresh_success'],
  config_refresh_dropped_stale: ['debug', 'config_ttl_refresh_dropped_stale'],
  config_refresh_failed: ['warn', 'config_ttl_refresh_failed'],
  control_plane_secret_refused: ['error', 'control_plane_secret_refused'],
  key_ended: ['debug', 'auth_cache_key_ended'],
  bootstrap_page_failed: ['warn', 'bootstrap_page_failed'],
  change_evict: ['log', 'auth_cache_change_evict'],
  change_unhandled: ['warn', 'auth_cache_change_unhandled'],
  change_feed_poll_failed: ['warn', 'change_feed_poll_failed'],
};

/** A bootstrap that leaves keys to be resolved lazily is worth a warning, by the name of its reason. */
const BOOTSTRAP_LINES: Readonly<Record<BootstrapEnd, readonly [level: Level, name: string]>> = {
  complete: ['log', 'bootstrap_complete'],
  full: ['warn', 'bootstrap_cache_full'],
  not_supported: ['warn', 'bootstrap_not_supported'],
  gave_up: ['warn', 'bootstrap_gave_up'],
};

/** How each event of the second level is logged. Its trouble is a warning, since nothing depends on it. */
const SHARED_LEVELS: Readonly<Record<SharedKeyEvent['kind'], Level>> = {
  shared_store_connected: 'log',
  shared_store_lost: 'warn',
  shared_store_failed: 'warn',
  shared_store_breaker: 'warn',
  shared_entry_rejected: 'warn',
  shared_change_rejected: 'warn',
  shared_fill: 'debug',
  shared_write_dropped: 'warn',
  shared_fault: 'error',
};

/** Writes what the key cache reports to the log. */
export class KeyCacheLog extends KeyCacheEvents {
  private readonly logger = new Logger('AuthCache');

  override record(event: KeyCacheEvent): void {
    const [usual, name] = event.kind === 'bootstrap_ended' ? BOOTSTRAP_LINES[event.end] : LINES[event.kind];
    // A flood is reported as such, once in a while; a line for each of its keys would be the next flood.
    const isOfFlood = event.kind === 'cold_resolve_failure' && event.failure.kind === 'limited';
    const level = isOfFlood ? 'debug' : usual;
    const { kind: _, ...fields } = event;
    this.logger[level]({ msg: name, ...fields, ...('failure' in event ? { failure: describe(event.failure) } : {}) });
  }

  override recordShared({ kind, ...fields }: SharedKeyEvent): void {
    this.logger[SHARED_LEVELS[kind]]({ msg: `auth_cache_${kind}`, ...fields });
  }
}

function describe({ kind, detail, cause }: SourceFailure): Readonly<Record<string, unknown>> {
  // Only a defect of ours is worth its stack; an outage would fill the log with the same one.
  return kind === 'fault' ? { kind, detail, cause } : { kind, detail };
}
