import { NO_SPEND_USAGE, type FailSpend } from '#gateway-protocol';
import { z } from 'zod';
import type { SpoolLine } from './spool-line.js';

const text = z.string().optional().catch(undefined);

/** The attribution of an admit. What does not parse is left out: an outcome with less is better than none. */
const attributionSchema = z.object({
  organization_id: text,
  virtual_key_id: text,
  end_user_id: text,
  trace_id: text,
  model: text,
  request_type: text,
  metadata: text,
  labels: z.array(z.string()).optional().catch(undefined),
  occurred_at: z.int().optional().catch(undefined),
});

/**
 * The outcome of a request whose gateway died before it could record one: failed as `gateway_restarted`, usage unknown.
 *
 * A control plane lets the first outcome of a request win, so it does no harm when the real one had been shipped already.
 */
export function recoveredOutcome(admit: SpoolLine, nowMs: number): FailSpend {
  const { occurred_at: admittedAt, ...attribution } = withoutAbsent(attributionSchema.parse(admit.payload));
  return {
    gateway_request_id: admit.payload.gateway_request_id,
    project_id: admit.payload.project_id,
    occurred_at: nowMs,
    ...attribution,
    ...(admittedAt === undefined ? {} : { admitted_at: admittedAt }),
    usage: NO_SPEND_USAGE,
    duration_ms: 0,
    error: { type: 'gateway_restarted', http_status: 0 },
  };
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutAbsent<T extends object>(value: T): Present<T> {
  const present: Present<T> = {};
  for (const key in value) if (value[key] !== undefined) Object.assign(present, { [key]: value[key] });
  return present;
}
