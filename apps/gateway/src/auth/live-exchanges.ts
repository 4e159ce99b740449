import type { KeyEndReason } from '#auth-cache';
import type { Exchange } from '../exchange/exchange.js';

/** The exchanges in progress of keys that want them cut when the key is revoked or disabled. Also its Nest token. */
export class LiveExchanges {
  private readonly byVirtualKey = new Map<string, Set<Exchange>>();

  /** Exchanges that would be cut, over all keys. */
  get size(): number {
    let size = 0;
    for (const exchanges of this.byVirtualKey.values()) size += exchanges.size;
    return size;
  }

  /** Takes in an exchange whose key is known. */
  add(exchange: Exchange): void {
    const { virtualKeyId } = exchange.bundle;
    const exchanges = this.byVirtualKey.get(virtualKeyId);
    if (exchanges === undefined) this.byVirtualKey.set(virtualKeyId, new Set([exchange]));
    else exchanges.add(exchange);
  }

  /** Forgets an exchange that is over. */
  remove(exchange: Exchange): void {
    const { virtualKeyId } = exchange.bundle;
    const exchanges = this.byVirtualKey.get(virtualKeyId);
    exchanges?.delete(exchange);
    if (exchanges?.size === 0) this.byVirtualKey.delete(virtualKeyId);
  }

  /** Cuts whatever a key is used for: streams end with an error event, other requests with an error answer. */
  end(virtualKeyId: string, reason: KeyEndReason): void {
    for (const exchange of this.byVirtualKey.get(virtualKeyId) ?? []) {
      exchange.errorCode = reason;
      exchange.departure.endKey(reason);
    }
  }
}
