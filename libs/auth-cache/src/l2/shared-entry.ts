import { bundleClaimsSchema, configPayloadSchema } from '#gateway-protocol';
import { z } from 'zod';

/**
 * A resolved key as replicas share it: what the control plane said, in its own words, and when it was asked.
 *
 * The two times differ because only resolving the presented key proves that its secret is still accepted; a
 * configuration that was confirmed later proves that the virtual key lives.
 */
export const sharedEntrySchema = z
  .object({
    claims: bundleClaimsSchema,
    config: configPayloadSchema,
    /** Tag of the configuration, for conditional requests. */
    etag: z.string().optional(),
    /** When the load that resolved the key began, milliseconds since the epoch. */
    resolvedAtMs: z.number().nonnegative(),
    /** When the last question that confirmed the configuration began, milliseconds since the epoch. */
    checkedAtMs: z.number().nonnegative(),
  })
  .refine(
    (entry) => entry.claims.vk_id === entry.config.vk_id,
    'the identity and the configuration must be of one key',
  );
export type SharedEntry = z.output<typeof sharedEntrySchema>;
