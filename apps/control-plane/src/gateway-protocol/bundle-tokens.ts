import { Injectable } from '@nestjs/common';
import { type JWTPayload, SignJWT } from 'jose';
import { Clock } from '#kernel';
import { BUNDLE_AUDIENCE, BUNDLE_ISSUER, BUNDLE_TTL_SECONDS } from '#gateway-protocol';
import { ControlPlaneConfig } from '../config/control-plane-config.js';

/** Who a key is, as its token says. */
export interface KeyIdentity {
  readonly virtualKeyId: string;
  readonly organizationId: string;
  /** The project that traces and spend go to. */
  readonly projectId: string | null;
  readonly teamId: string | null;
  readonly principalId: string | null;
  readonly revision: bigint;
  /** When the key expires; null means never. */
  readonly expiresAt: Date | null;
  /** When the secret that was presented stops working, if that is before the key expires; null means it does not. */
  readonly secretExpiresAt: Date | null;
}

/** Signs the JWTs that tell a gateway who a key is (contract 3.4). */
@Injectable()
export class BundleTokens {
  private readonly secret: Uint8Array;

  constructor(
    config: ControlPlaneConfig,
    private readonly clock: Clock,
  ) {
    this.secret = Buffer.from(config.jwtSecret, 'utf8');
  }

  /**
   * Signs a token that lives 15 minutes, or until the key or its presented secret expires if that is sooner; one second
   * at least.
   */
  async sign(identity: KeyIdentity): Promise<string> {
    const issuedAt = Math.floor(this.clock.now() / 1000);
    const keyExpiry = seconds(identity.expiresAt);
    const ends = [issuedAt + BUNDLE_TTL_SECONDS, keyExpiry, seconds(identity.secretExpiresAt)];
    const expiresAt = Math.max(issuedAt + 1, Math.min(...ends.filter((end) => end !== null)));
    const claims = {
      vk_id: identity.virtualKeyId,
      project_id: identity.projectId,
      team_id: identity.teamId,
      org_id: identity.organizationId,
      principal_id: identity.principalId,
      revision: identity.revision.toString(),
      vk_expires_at: keyExpiry,
    };
    return this.signClaims(claims, issuedAt, expiresAt);
  }

  /**
   * Signs the token of a bootstrap page, which lives 15 minutes.
   *
   * @param keysSha256 Lower-case hex SHA-256 of the page's body.
   */
  async signPage(keysSha256: string): Promise<string> {
    const issuedAt = Math.floor(this.clock.now() / 1000);
    return this.signClaims({ keys_sha256: keysSha256 }, issuedAt, issuedAt + BUNDLE_TTL_SECONDS);
  }

  private async signClaims(claims: JWTPayload, issuedAt: number, expiresAt: number): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(BUNDLE_ISSUER)
      .setAudience(BUNDLE_AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.secret);
  }
}

function seconds(date: Date | null): number | null {
  return date === null ? null : Math.floor(date.getTime() / 1000);
}
