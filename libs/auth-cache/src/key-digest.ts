import { hash } from 'node:crypto';

/** The longest presented key that is looked at, in UTF-16 code units; anything longer is no virtual key of ours. */
export const PRESENTED_KEY_LENGTH_MAX = 256;

/**
 * Names a presented key without keeping it: lower-case hex SHA-256 of its UTF-8 bytes, 64 characters.
 *
 * It is the only form in which a key is stored, so a memory dump or a cache listing gives no usable credential. A plain
 * digest is enough because keys carry at least 128 random bits.
 */
export function digestKey(presentedKey: string): string {
  return hash('sha256', presentedKey, 'hex');
}
