import { createHmac, hkdfSync } from 'node:crypto';
import { invariant } from '#kernel';
import { CompactEncrypt, compactDecrypt } from 'jose';
import type { BundleSecrets } from '../bundle-verifier.js';

/** The longest sealed text that is written or opened, in characters. An entry takes a few thousand. */
export const SEALED_LENGTH_MAX = 1_048_576;

/** What is sealed; each has a key of its own, so that one is never taken for the other. */
export type SealPurpose = 'entry' | 'change';

const KEY_BYTES = 32;
const HKDF_SALT = 'lw:gw:v1';

interface SealKeys {
  readonly names: Buffer;
  readonly entry: Uint8Array;
  readonly change: Uint8Array;
}

/**
 * Hides from a shared store what it stores: texts are sealed (JWE compact, `dir` with A256GCM) and names are keyed
 * hashes, under keys derived from the secret of identity tokens by HKDF-SHA-256.
 *
 * Whoever reads the store learns neither a provider credential nor the digest of a key, and what the store makes up or
 * swaps does not open. While the secret is rotated, both are read and the current one is written.
 */
export class SharedSeal {
  private readonly generations: readonly SealKeys[];

  /** @throws {InvariantError} when the current secret is empty. */
  constructor(secrets: BundleSecrets) {
    invariant(secrets.current !== '', 'the secret that keys are derived from must not be empty');
    this.generations = [secrets.current, secrets.previous]
      .filter((secret) => secret !== undefined && secret !== '')
      .map(deriveKeys);
  }

  /** The names of a subject, 64 hex digits each: that of the current secret first, then that of the previous, if any. */
  names(kind: 'digest' | 'virtual_key' | 'organization', id: string): readonly string[] {
    return this.generations.map(({ names }) => createHmac('sha256', names).update(`${kind}:${id}`).digest('hex'));
  }

  /** Seals a value as JSON under the current secret. */
  async seal(purpose: SealPurpose, value: unknown): Promise<string> {
    const [current] = this.generations;
    invariant(current !== undefined, 'there is always a current secret');
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(current[purpose]);
  }

  /** The value in a sealed text, or `undefined` when it was not sealed by us for this purpose. */
  async open(purpose: SealPurpose, sealed: string): Promise<unknown> {
    if (sealed.length > SEALED_LENGTH_MAX) return undefined;
    for (const keys of this.generations) {
      try {
        const { plaintext } = await compactDecrypt(sealed, keys[purpose], ONLY_OURS);
        return JSON.parse(new TextDecoder().decode(plaintext));
      } catch {
        // Another secret may fit; that none does is the answer `undefined`, and why is nobody's business.
      }
    }
    return undefined;
  }
}

const ONLY_OURS = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };

function deriveKeys(secret: string | undefined): SealKeys {
  const derive = (purpose: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', secret ?? '', HKDF_SALT, `shared key cache: ${purpose}`, KEY_BYTES));
  return { names: Buffer.from(derive('names')), entry: derive('entry'), change: derive('change') };
}
