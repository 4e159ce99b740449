import { z } from 'zod';
import { requestExplanationSchema } from './request-explanation.js';

/** The most records that one `POST /spend-commands` may carry; a control plane refuses more with 400 (contract 3.12). */
export const SPEND_BATCH_RECORDS_MAX = 500;

const count = z.int().nonnegative();

/** What a request consumed, in disjoint buckets. On this wire every key is always present and 0 also means "not said". */
export const spendUsageSchema = z.object({
  /** Input tokens that were neither read from nor written to a provider's prompt cache, without audio. */
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  /** The part of `cache_creation_input_tokens` written with a one-hour life. */
  cache_creation_1h_tokens: count,
  /** Informative: part of `output_tokens`. */
  reasoning_tokens: count,
  input_audio_tokens: count,
  output_audio_tokens: count,
  input_chars: count,
  audio_ms: count,
});
export type SpendUsage = z.output<typeof spendUsageSchema>;

/** Usage of a request that consumed nothing. */
export const NO_SPEND_USAGE: SpendUsage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_creation_1h_tokens: 0,
  reasoning_tokens: 0,
  input_audio_tokens: 0,
  output_audio_tokens: 0,
  input_chars: 0,
  audio_ms: 0,
};

/** Milliseconds since the epoch, within 2020-01-01 to 2100-01-01. */
const occurredAt = z.int().min(1_577_836_800_000).max(4_102_444_800_000);

const metadataText = z
  .string()
  .max(4096)
  .refine((text) => isJsonObject(text), { message: 'metadata must be the text of a JSON object' });

const attribution = {
  gateway_request_id: z.string().min(1).max(256),
  occurred_at: occurredAt,
  project_id: z.string().min(1).max(256),
  end_user_id: z.string().max(256).optional(),
  trace_id: z.string().max(128).optional(),
  model_provider_id: z.string().max(256).optional(),
  labels: z.array(z.string().max(256)).max(64).optional(),
  metadata: metadataText.optional(),
  request_type: z.string().max(64).optional(),
};

/** A request is about to be served. */
export const admitSpendSchema = z.object({
  ...attribution,
  organization_id: z.string().min(1).max(256),
  virtual_key_id: z.string().min(1).max(256),
  model: z.string().min(1).max(512),
  outcome_carries_attribution: z.boolean().optional(),
});

const outcome = {
  ...attribution,
  organization_id: z.string().max(256).optional(),
  virtual_key_id: z.string().max(256).optional(),
  model: z.string().max(512).optional(),
  usage: spendUsageSchema,
  duration_ms: count,
  admitted_at: occurredAt.optional(),
  /** Our extension: the usage was counted by us, because the provider never reported it. */
  usage_estimated: z.boolean().optional(),
  /** Our extension: what was decided about the request, and why. */
  explanation: requestExplanationSchema.optional(),
};

/** A request was served. */
export const confirmSpendSchema = z.object({ ...outcome, rate_version: z.string().max(128).optional() });

/** A request failed or was cut; what it used nevertheless is in `usage`. */
export const failSpendSchema = z.object({
  ...outcome,
  error: z.object({ type: z.string().min(1).max(128), http_status: z.int().min(0).max(599) }),
});

const origin = { pod_id: z.string().max(128), pod_seq: count };

/** One line of the spool and one record of a batch: an admit, or the one outcome that follows it. */
export const spendRecordSchema = z.discriminatedUnion('command', [
  z.object({ command: z.literal('admitSpend'), payload: admitSpendSchema, ...origin }),
  z.object({ command: z.literal('confirmSpend'), payload: confirmSpendSchema, ...origin }),
  z.object({ command: z.literal('failSpend'), payload: failSpendSchema, ...origin }),
]);
export type SpendRecord = z.output<typeof spendRecordSchema>;
export type AdmitSpend = z.output<typeof admitSpendSchema>;
export type ConfirmSpend = z.output<typeof confirmSpendSchema>;
export type FailSpend = z.output<typeof failSpendSchema>;

/** The batch before its records are looked at: a bad record is rejected alone, a bad batch whole. */
export const spendBatchSchema = z.object({ records: z.array(z.unknown()).min(1).max(SPEND_BATCH_RECORDS_MAX) });

/** Answer of `POST /spend-commands`. Rejected records will never be accepted; they must be counted, not re-sent. */
export const spendBatchResponseSchema = z.object({
  accepted: count,
  rejected: z.array(z.object({ index: count, code: z.string() })),
});
export type SpendBatchResponse = z.output<typeof spendBatchResponseSchema>;

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
