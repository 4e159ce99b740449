import { invariant } from '#kernel';

/** Crockford's base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BITS_PER_CHARACTER = 5n;

/** How many random bytes {@link encodeSecret} takes: 128 bits. */
export const SECRET_BYTES = 16;

/** How many characters {@link encodeSecret} gives. */
export const SECRET_CHARACTERS = 26;

/**
 * Writes 16 bytes as 26 characters of Crockford base32, the form of a ULID: the first character is 0 to 7.
 *
 * Nothing is lost, so the text carries exactly the 128 bits of its bytes.
 */
export function encodeSecret(bytes: Uint8Array): string {
  invariant(bytes.length === SECRET_BYTES, `a secret is made of ${SECRET_BYTES} bytes`);
  let rest = bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  let text = '';
  for (let position = 0; position < SECRET_CHARACTERS; position += 1) {
    text = ALPHABET.charAt(Number(rest & 31n)) + text;
    rest >>= BITS_PER_CHARACTER;
  }
  return text;
}
