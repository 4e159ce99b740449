import { digestKey } from '#gateway-protocol';
import type { KeyHasher } from './key-hasher.js';
import type { Sealer } from './sealer.js';

/** What is kept of a virtual key's secret, as columns of its row. */
export interface StoredSecret {
  /** Keyed with the pepper: for finding the row when the secret is presented. */
  readonly secret_hash: string;
  readonly pepper_version: string;
  /** The digest by which gateways know the key, sealed: for telling gateways about the key before it is presented. */
  readonly sealed_digest: Buffer;
  readonly digest_sealing_key_version: number;
}

/** Turns secrets of virtual keys into what may be stored, and back into the digest that gateways match by. */
export class KeySecrets {
  constructor(
    private readonly hasher: KeyHasher,
    private readonly sealer: Sealer,
  ) {}

  /** What to store of `secret` in the row `virtualKeyId`. */
  store(secret: string, virtualKeyId: string): StoredSecret {
    const { hash, pepperVersion } = this.hasher.hash(secret);
    const { bytes, keyVersion } = this.sealer.seal(digestKey(secret), virtualKeyId);
    return {
      secret_hash: hash,
      pepper_version: pepperVersion,
      sealed_digest: bytes,
      digest_sealing_key_version: keyVersion,
    };
  }

  /** The digest that {@link store} sealed for the same row. Throws a `SealError` when it does not open. */
  openDigest(sealed: Pick<StoredSecret, 'sealed_digest' | 'digest_sealing_key_version'>, virtualKeyId: string): string {
    return this.sealer.open(
      { bytes: sealed.sealed_digest, keyVersion: sealed.digest_sealing_key_version },
      virtualKeyId,
    );
  }
}
