import { BUNDLE_AUDIENCE, BUNDLE_ISSUER, bundleClaimsSchema, type BundleClaims } from '#gateway-protocol';
import { invariant, type Clock } from '#kernel';
import { errors, jwtVerify } from 'jose';

/** Secrets with which identity tokens may be signed. */
export interface BundleSecrets {
  readonly current: string;
  /** The secret that is being rotated out; tried when the current one does not fit. */
  readonly previous?: string | undefined;
}

/** Whether a token is genuine and what it says. */
export type BundleVerification =
  { readonly ok: true; readonly claims: BundleClaims } | { readonly ok: false; readonly cause: unknown };

/**
 * Verifies the tokens by which the control plane says whose a key is: HS256, issuer, audience, and expiry without leeway.
 *
 * The token itself is dropped after verification.
 */
export class BundleVerifier {
  private readonly secrets: readonly Uint8Array[];

  constructor(
    secrets: BundleSecrets,
    private readonly clock: Clock,
  ) {
    invariant(secrets.current !== '', 'the secret of identity tokens must not be empty');
    const encoder = new TextEncoder();
    this.secrets = [secrets.current, secrets.previous]
      .filter((secret) => secret)
      .map((secret) => encoder.encode(secret));
  }

  /** Verifies one token. Never throws: a token that cannot be trusted is a value, with the reason as its cause. */
  async verify(token: string): Promise<BundleVerification> {
    let cause: unknown;
    for (const secret of this.secrets) {
      try {
        return { ok: true, claims: await this.verifyWith(secret, token) };
      } catch (error) {
        cause = error;
        // Only a wrong signature can become right under another secret.
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
      }
    }
    return { ok: false, cause };
  }

  private async verifyWith(secret: Uint8Array, token: string): Promise<BundleClaims> {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ['HS256'],
      issuer: BUNDLE_ISSUER,
      audience: BUNDLE_AUDIENCE,
      requiredClaims: ['exp'],
      currentDate: new Date(this.clock.now()),
    });
    const claims = bundleClaimsSchema.parse(payload);
    // A zero is how some encoders spell "no date"; read as one it would expire every key in 1970.
    return claims.vk_expires_at === 0 ? { ...claims, vk_expires_at: null } : claims;
  }
}
