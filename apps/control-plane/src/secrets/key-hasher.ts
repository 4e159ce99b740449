import { createHmac } from 'node:crypto';

/** The stored form of a virtual key's secret. */
export interface HashedSecret {
  /** Hex HMAC-SHA256 of the secret, 64 characters. */
  readonly hash: string;
  /** Names the pepper that made the hash, without revealing it. */
  readonly pepperVersion: string;
}

interface Pepper {
  readonly value: string;
  readonly version: string;
}

/**
 * Hashes secrets of virtual keys with a pepper that the database does not know (contract 3.3).
 *
 * A fast keyed hash is enough: a key has at least 128 random bits, so nobody can try them all, and the lookup must be
 * exact and cheap.
 */
export class KeyHasher {
  private readonly current: Pepper;
  private readonly all: readonly Pepper[];

  /** @param previousPepper Accepted for reading while keys that were hashed with it are still around. */
  constructor(pepper: string, previousPepper?: string) {
    this.current = createPepper(pepper);
    this.all = previousPepper === undefined ? [this.current] : [this.current, createPepper(previousPepper)];
  }

  /** The version that {@link hash} writes; a row with another one should be hashed again when its secret is seen. */
  get currentPepperVersion(): string {
    return this.current.version;
  }

  /** Hashes `secret` for storage, with the current pepper. */
  hash(secret: string): HashedSecret {
    return hashWith(this.current, secret);
  }

  /** Every form under which `secret` may be stored, the current pepper's first. One or two entries. */
  candidates(secret: string): readonly HashedSecret[] {
    return this.all.map((pepper) => hashWith(pepper, secret));
  }
}

function hashWith(pepper: Pepper, secret: string): HashedSecret {
  return { hash: hmac(pepper.value, secret), pepperVersion: pepper.version };
}

function createPepper(value: string): Pepper {
  return { value, version: hmac(value, 'pepper-version').slice(0, 8) };
}

function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
