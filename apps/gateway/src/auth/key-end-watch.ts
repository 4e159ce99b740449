import { KeyCacheEvents, type KeyCacheEvent } from '#auth-cache';
import type { LiveExchanges } from './live-exchanges.js';

/** Cuts the exchanges of a key as soon as the key cache reports that it was ended, and passes every report on. */
export class KeyEndWatch extends KeyCacheEvents {
  constructor(
    private readonly next: KeyCacheEvents,
    private readonly live: LiveExchanges,
  ) {
    super();
  }

  override record(event: KeyCacheEvent): void {
    this.next.record(event);
    if (event.kind === 'key_ended') this.live.end(event.virtualKeyId, event.reason);
  }

  override recordShared(event: Parameters<KeyCacheEvents['recordShared']>[0]): void {
    this.next.recordShared(event);
  }
}
