import { randomFillSync } from 'node:crypto';

/** Randomness, as a dependency, so that tests can seed it. */
export abstract class Random {
  /** A number in [0, 1). Not for secrets. */
  abstract next(): number;

  /** `byteCount` bytes fit for secrets and identifiers. */
  abstract bytes(byteCount: number): Uint8Array;
}

/** Bytes that are fetched from the operating system at once; each is handed out once. */
const POOL_BYTES = 4096;

/**
 * The machine's own randomness: bytes come from the operating system's generator.
 *
 * Small requests are cut from a pool, since a call per request identifier costs more than the identifier.
 */
export class SystemRandom extends Random {
  private readonly pool = new Uint8Array(POOL_BYTES);
  private used = POOL_BYTES;

  override next(): number {
    return Math.random();
  }

  override bytes(byteCount: number): Uint8Array {
    if (byteCount > POOL_BYTES) return randomFillSync(new Uint8Array(byteCount));
    if (this.used + byteCount > POOL_BYTES) {
      randomFillSync(this.pool);
      this.used = 0;
    }
    const from = this.used;
    this.used += byteCount;
    const bytes = this.pool.slice(from, this.used);
    // What was handed out is not kept: it may become a secret.
    this.pool.fill(0, from, this.used);
    return bytes;
  }
}
