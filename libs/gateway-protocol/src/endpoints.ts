import { z } from 'zod';

/** Where a control plane serves the gateway protocol; joined onto the control plane's base URL. */
export const GATEWAY_PROTOCOL_PREFIX = '/api/internal/gateway';

/** Body of `POST /resolve-key` (contract 3.3). */
export const resolveKeyRequestSchema = z.object({
  key_presented: z.string().optional(),
  gateway_node_id: z.string().max(256).optional(),
});

/** Answer of `POST /resolve-key`; only `jwt` is read by gateways. */
export const resolveKeyResponseSchema = z.object({
  jwt: z.string().min(1),
  revision: z.string().optional(),
  key_id: z.string().optional(),
  display_prefix: z.string().optional(),
});
export type ResolveKeyResponse = z.output<typeof resolveKeyResponseSchema>;

/** Codes by which `resolve-key` refuses a key; the code decides, never the message. */
export const KEY_REFUSAL_CODES = [
  'malformed_key',
  'virtual_key_not_found',
  'virtual_key_disabled',
  'virtual_key_expired',
  'virtual_key_revoked',
] as const;
export type KeyRefusalCode = (typeof KEY_REFUSAL_CODES)[number];

/** The error envelope of both planes (contract 2.9). */
export const errorEnvelopeSchema = z.object({
  error: z.object({ type: z.string().optional(), code: z.string().optional(), message: z.string().optional() }),
});

/** Kinds of event on the change feed (contract 3.7). */
export const CHANGE_KINDS = [
  'VK_CREATED',
  'VK_CONFIG_UPDATED',
  'VK_ROTATED',
  'VK_REVOKED',
  'VK_DISABLED',
  'VK_ENABLED',
  'BUDGET_CREATED',
  'BUDGET_UPDATED',
  'BUDGET_DELETED',
  'MODEL_PROVIDER_UPDATED',
  'CACHE_RULE_CREATED',
  'CACHE_RULE_UPDATED',
  'CACHE_RULE_DELETED',
  'ROUTING_POLICY_UPDATED',
  'ROUTING_POLICY_DELETED',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One event of the change feed. A kind that this version does not know is kept as it came, to be logged. */
export const changeEventSchema = z.object({
  kind: z.string(),
  virtual_key_id: z.string().nullish(),
  budget_id: z.string().nullish(),
  model_provider_id: z.string().nullish(),
  project_id: z.string().nullish(),
  revision: z.string(),
});
export type ChangeEvent = z.output<typeof changeEventSchema>;

/** Answer of `GET /changes` when something happened; otherwise it is 204 with {@link REVISION_HEADER}. */
export const changesResponseSchema = z.object({
  current_revision: z.string(),
  changes: z.array(changeEventSchema).max(500),
});
export type ChangesResponse = z.output<typeof changesResponseSchema>;

/** Response header that carries the cursor on a 204 of the change feed. */
export const REVISION_HEADER = 'x-langwatch-revision';
