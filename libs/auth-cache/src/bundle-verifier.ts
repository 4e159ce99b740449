import { BUNDLE_AUDIENCE, BUNDLE_ISSUER, bundleClaimsSchema, type BundleClaims } from '#gateway-protocol';
import { invariant, type Clock } from '#kernel';
import { errors, jwtVerify } from 'jose';
import type { z } from 'zod';

/** Secrets with which identity tokens may be signed. */
export interface BundleSecrets {
  readonly current: string;
  /** The secret that is being rotated out; tried when the current one does not fit. */
  readonly previous?: string | undefined;
}

/** Whether a token is genuine and what it says. */
export type TokenVerification<Claims> =
  { readonly ok: true; readonly claims: Claims } | { readonly ok: false; readonly cause: unknown };

/** Whether the token of a key is genuine and what it says. */
export type BundleVerification = TokenVerification<BundleClaims>;

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

  /** Verifies the token of a key. Never throws: one that cannot be trusted is a value, with the reason as its cause. */
  async verify(token: string): Promise<BundleVerification> {
    const verification = await this.verifyAs(token, bundleClaimsSchema);
    if (!verification.ok || verification.claims.vk_expires_at !== 0) return verification;
    // A zero is how some encoders spell "no date"; read as one it would expire every key in 1970.
    return { ok: true, claims: { ...verification.claims, vk_expires_at: null } };
  }

  /** Verifies a token that claims something else, as `schema` reads it. Never throws. */
  async verifyAs<Schema extends z.ZodType>(
    token: string,
    schema: Schema,
  ): Promise<TokenVerification<z.output<Schema>>> {
    let cause: unknown;
    for (const secret of this.secrets) {
      try {
        return { ok: true, claims: schema.parse(await this.payloadOf(token, secret)) };
      } catch (error) {
        cause = error;
        // Only a wrong signature can become right under another secret.
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
      }
    }
    return { ok: false, cause };
  }

  private async payloadOf(token: string, secret: Uint8Array): Promise<unknown> {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ['HS256'],
      issuer: BUNDLE_ISSUER,
      audience: BUNDLE_AUDIENCE,
      requiredClaims: ['exp'],
      currentDate: new Date(this.clock.now()),
    });
    return payload;
  }
}
