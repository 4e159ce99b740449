import type { KeyEndReason } from '#auth-cache';
import type { Exchange } from '../exchange/exchange.js';

/** A key that is in use right now. */
export interface LiveKey {
  readonly virtualKeyId: string;
  /** As it was presented last; it is kept no longer than the requests that carry it. */
  readonly presentedKey: string;
}

/** The exchanges in progress of keys that want them cut when the key is revoked or disabled. Also its Nest token. */
export class LiveExchanges {
  private readonly byVirtualKey = new Map<string, { presentedKey: string; readonly exchanges: Set<Exchange> }>();

  /** Exchanges that would be cut, over all keys. */
  get size(): number {
    let size = 0;
    for (const { exchanges } of this.byVirtualKey.values()) size += exchanges.size;
    return size;
  }

  /** The keys that have an exchange here. */
  keys(): LiveKey[] {
    return [...this.byVirtualKey].map(([virtualKeyId, { presentedKey }]) => ({ virtualKeyId, presentedKey }));
  }

  /** Takes in an exchange whose key is known. */
  add(exchange: Exchange, presentedKey: string): void {
    const { virtualKeyId } = exchange.bundle;
    const live = this.byVirtualKey.get(virtualKeyId);
    if (live === undefined) {
      this.byVirtualKey.set(virtualKeyId, { presentedKey, exchanges: new Set([exchange]) });
      return;
    }
    live.presentedKey = presentedKey;
    live.exchanges.add(exchange);
  }

  /** Forgets an exchange that is over. */
  remove(exchange: Exchange): void {
    const { virtualKeyId } = exchange.bundle;
    const exchanges = this.byVirtualKey.get(virtualKeyId)?.exchanges;
    exchanges?.delete(exchange);
    if (exchanges?.size === 0) this.byVirtualKey.delete(virtualKeyId);
  }

  /** Cuts whatever a key is used for: streams end with an error event, other requests with an error answer. */
  end(virtualKeyId: string, reason: KeyEndReason): void {
    for (const exchange of this.byVirtualKey.get(virtualKeyId)?.exchanges ?? []) {
      exchange.errorCode = reason;
      exchange.departure.endKey(reason);
    }
  }
}
