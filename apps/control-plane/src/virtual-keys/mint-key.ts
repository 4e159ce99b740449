import type { Random } from '#kernel';

import { encodeSecret, SECRET_BYTES } from '../management/secret-text.js';

/** Which traffic a key is meant for; it only shows in the key's text. */
export type KeyEnvironment = 'live' | 'test';

/** A fresh key: its whole text, to be shown once, and the part that may be shown for ever. */
export interface MintedKey {
  readonly secret: string;
  readonly displayPrefix: string;
}

/** Enough characters to tell keys apart in a list; 98 unknown bits remain. */
const SHOWN_CHARACTERS = 6;

/** Makes the text of a virtual key, `vk-lw-<environment>_` and 26 characters, from 128 random bits. */
export function mintKey(environment: KeyEnvironment, random: Random): MintedKey {
  const label = `vk-lw-${environment}_`;
  const secret = label + encodeSecret(random.bytes(SECRET_BYTES));
  return { secret, displayPrefix: secret.slice(0, label.length + SHOWN_CHARACTERS) };
}
