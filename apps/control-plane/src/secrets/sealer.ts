import { type KeyObject, createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { Random, invariant } from '#kernel';

/** A key that seals credentials. */
export interface SealingKey {
  /** Names the key in every row that it sealed; positive. */
  readonly version: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** A sealed secret, as it is stored. */
export interface Sealed {
  readonly bytes: Buffer;
  readonly keyVersion: number;
}

/** A sealed secret that cannot be opened: its key is gone, it was changed, or it was moved to another row. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

interface PreparedKey {
  readonly version: number;
  readonly key: KeyObject;
}

const KEY_BYTES = 32;
const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * Seals secrets that must be read again (credentials of vendors), with AES-256-GCM.
 *
 * A seal is bound to the id of the row that holds it: copied to another row, it does not open. Random nonces are safe
 * for some 2^32 seals per key.
 */
export class Sealer {
  private readonly keys: ReadonlyMap<number, PreparedKey>;
  private readonly current: PreparedKey;

  /** @param keys The first one seals; all of them open. */
  constructor(
    keys: readonly SealingKey[],
    private readonly random: Random,
  ) {
    const [current] = keys;
    invariant(current !== undefined, 'a sealer needs at least one key');
    invariant(
      keys.every(({ key }) => key.length === KEY_BYTES),
      'sealing keys have 32 bytes',
    );
    this.keys = new Map(keys.map((key) => [key.version, prepareKey(key)]));
    this.current = prepareKey(current);
    invariant(this.keys.size === keys.length, 'sealing keys have distinct versions');
  }

  /** The key that {@link seal} uses; what another one sealed can be sealed anew. */
  get currentKeyVersion(): number {
    return this.current.version;
  }

  /** Seals `plaintext` for the row `rowId`. */
  seal(plaintext: string, rowId: string): Sealed {
    const { key, version } = this.current;
    const nonce = this.random.bytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData(rowId, version));
    const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    return { bytes: Buffer.concat([Uint8Array.of(FORMAT), nonce, cipher.getAuthTag(), sealed]), keyVersion: version };
  }

  /** Opens what {@link seal} made for the same row. Throws a {@link SealError} otherwise. */
  open(sealed: Sealed, rowId: string): string {
    const key = this.keys.get(sealed.keyVersion);
    if (key === undefined) throw new SealError(`sealing key ${sealed.keyVersion} is not configured`);
    const { bytes } = sealed;
    if (bytes.length < HEADER_BYTES || bytes[0] !== FORMAT) throw new SealError('not a sealed secret');
    const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key.key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(associatedData(rowId, key.version))
      .setAuthTag(bytes.subarray(1 + NONCE_BYTES, HEADER_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new SealError(`the sealed secret of ${rowId} does not open`, { cause: error });
    }
  }
}

/** Handed over once: thousands of seals are opened when gateways start, and each would hand the bytes over anew. */
function prepareKey({ version, key }: SealingKey): PreparedKey {
  return { version, key: createSecretKey(key) };
}

function associatedData(rowId: string, keyVersion: number): Buffer {
  return Buffer.from(JSON.stringify([rowId, keyVersion]));
}
