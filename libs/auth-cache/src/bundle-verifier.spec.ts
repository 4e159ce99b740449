import { VirtualClock } from '#kernel';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { BundleVerifier } from './bundle-verifier.js';

const clock = new VirtualClock();
const nowSeconds = Math.floor(clock.now() / 1000);
const CURRENT = 'current-secret-of-thirty-two-bytes!';
const PREVIOUS = 'previous-secret-of-thirty-two-byte!';

interface TokenChange {
  readonly secret?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly algorithm?: string;
  readonly claims?: Record<string, unknown>;
}

async function token(change: TokenChange = {}): Promise<string> {
  const claims = { vk_id: 'vk_1', org_id: 'org_1', project_id: null, exp: nowSeconds + 900, ...change.claims };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: change.algorithm ?? 'HS256' })
    .setIssuer(change.issuer ?? 'langwatch-control-plane')
    .setAudience(change.audience ?? 'langwatch-gateway')
    .sign(new TextEncoder().encode(change.secret ?? CURRENT));
}

describe('an identity token', () => {
  const verifier = new BundleVerifier({ current: CURRENT, previous: PREVIOUS }, clock);

  it.each([CURRENT, PREVIOUS])('is accepted when signed with a secret in use', async (secret) => {
    const answer = await verifier.verify(await token({ secret }));
    expect(answer).toMatchObject({ ok: true, claims: { vk_id: 'vk_1', org_id: 'org_1', exp: nowSeconds + 900 } });
  });

  it.each([
    ['signed with another secret', { secret: 'another-secret-of-thirty-two-bytes!' }],
    ['of another issuer', { issuer: 'someone-else' }],
    ['for another audience', { audience: 'someone-else' }],
    ['with another algorithm', { algorithm: 'HS384' }],
    ['that expires this very second', { claims: { exp: nowSeconds } }],
    ['without an expiry', { claims: { exp: undefined } }],
    ['without a virtual key', { claims: { vk_id: '' } }],
    ['with a date that is no date', { claims: { vk_expires_at: 'soon' } }],
  ] as const)('%s is not trusted', async (_, change) => {
    expect(await verifier.verify(await token(change))).toMatchObject({ ok: false });
  });

  it('that is no token, or is not signed at all, is not trusted', async () => {
    const unsigned = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${(await token()).split('.')[1]}.`;
    for (const text of ['', 'garbage', 'a.b.c', unsigned])
      expect(await verifier.verify(text)).toMatchObject({ ok: false });
  });

  it('signed with the previous secret is not trusted once that is gone', async () => {
    const rotated = new BundleVerifier({ current: CURRENT }, clock);
    expect(await rotated.verify(await token({ secret: PREVIOUS }))).toMatchObject({ ok: false });
  });

  it.each([null, undefined, 0])('with the key expiry %s is of a key that never expires', async (vk_expires_at) => {
    const answer = await verifier.verify(await token({ claims: { vk_expires_at } }));
    expect(answer.ok && (answer.claims.vk_expires_at ?? null)).toBe(null);
  });

  it('needs a secret to be verified with', () => {
    expect(() => new BundleVerifier({ current: '' }, clock)).toThrow('must not be empty');
  });
});
