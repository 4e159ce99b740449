import { LRUCache } from 'lru-cache';
import { Pool, type Dispatcher } from 'undici';
import { createEgressConnector } from './egress-connector.js';
import { EgressPolicy } from './egress-policy.js';

/** Limits of the connections to providers. */
export interface UpstreamPoolsOptions {
  /** Where connections may go. Default: anywhere but metadata and link-local addresses. */
  readonly egress?: EgressPolicy;
  /** How many origins may have a pool; the least recently used one is closed. Default 256. */
  readonly originsMax?: number;
  /** Connections per origin; 0 means as many as there are concurrent requests. Default 0. */
  readonly connectionsMax?: number;
  /** Time to open a connection, TLS included. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** How long an idle connection is kept. Default 60,000. */
  readonly keepAliveTimeoutMs?: number;
  /** Largest response head. Default 32 KiB. */
  readonly headerBytesMax?: number;
}

/**
 * One connection pool per upstream origin, so that a slow provider never takes another's connections.
 *
 * Connections have Nagle's algorithm off (undici sets TCP_NODELAY), redirects are not followed, and no cookie or cache
 * is kept. Every connection obeys the egress policy; a refused one fails with an `EgressRefusedError`.
 */
export class UpstreamPools {
  private readonly pools: LRUCache<string, Dispatcher>;
  private readonly egress: EgressPolicy;

  constructor(private readonly options: UpstreamPoolsOptions = {}) {
    this.egress = options.egress ?? new EgressPolicy();
    this.pools = new LRUCache({
      max: options.originsMax ?? 256,
      // close() lets requests in flight finish; it only stops new ones.
      dispose: (pool) => void pool.close().catch(() => undefined),
    });
  }

  /** The pool of `origin`, which is made on first use. */
  get(origin: string): Dispatcher {
    let pool = this.pools.get(origin);
    if (pool === undefined) {
      pool = this.create(origin);
      this.pools.set(origin, pool);
    }
    return pool;
  }

  /** Ends all connections at once; requests in flight fail. Call it after they were drained. */
  async destroy(): Promise<void> {
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  private create(origin: string): Dispatcher {
    const { connectionsMax = 0, connectTimeoutMs = 10_000, keepAliveTimeoutMs = 60_000 } = this.options;
    return new Pool(origin, {
      connections: connectionsMax === 0 ? null : connectionsMax,
      connect: createEgressConnector({ policy: this.egress, connectTimeoutMs }),
      keepAliveTimeout: keepAliveTimeoutMs,
      maxHeaderSize: this.options.headerBytesMax ?? 32 * 1024,
      allowH2: false,
    });
  }
}
