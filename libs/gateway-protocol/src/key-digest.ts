import { hash } from 'node:crypto';

/**
 * Names a virtual key without keeping it: lower-case hex SHA-256 of its UTF-8 bytes, 64 characters.
 *
 * It is how both planes speak of a key that nobody has presented yet. A plain digest is enough because keys carry at
 * least 128 random bits: nobody can try them all.
 */
export function digestKey(presentedKey: string): string {
  return hash('sha256', presentedKey, 'hex');
}
