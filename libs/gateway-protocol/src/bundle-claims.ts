import { z } from 'zod';

/** Issuer and audience of a bundle JWT; both are checked (contract 3.4). */
export const BUNDLE_ISSUER = 'langwatch-control-plane';
export const BUNDLE_AUDIENCE = 'langwatch-gateway';

/** The life of a bundle JWT in seconds, unless the key itself expires sooner. */
export const BUNDLE_TTL_SECONDS = 900;

/** Claims of the JWT that `resolve-key` answers: who the key is (contract 3.4). */
export const bundleClaimsSchema = z.object({
  vk_id: z.string().min(1),
  /** The project that traces and spend belong to. */
  project_id: z.string().nullish(),
  team_id: z.string().nullish(),
  org_id: z.string(),
  principal_id: z.string().nullish(),
  revision: z.string().optional(),
  /** Unix seconds; absent or null means the key never expires. */
  vk_expires_at: z.int().nullish(),
  iat: z.int().optional(),
  /** Unix seconds; the soft expiry of the cached bundle. */
  exp: z.int(),
});
export type BundleClaims = z.output<typeof bundleClaimsSchema>;
