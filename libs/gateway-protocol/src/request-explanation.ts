import { z } from 'zod';

/** Longest list of candidates and attempts in an explanation; what is beyond is left out. */
export const EXPLANATION_ENTRIES_MAX = 64;

const text = z.string().max(512);

/** A candidate as the plan saw it. */
const explainedCandidateSchema = z.object({
  model_provider_id: text,
  family: text,
  model: text,
  /** Why it stands where it stands, or why it was left out. */
  reason: text,
  /** False when it was left out. */
  planned: z.boolean(),
});

/** An attempt as the walk saw it. */
const explainedAttemptSchema = z.object({
  model_provider_id: text,
  model: text,
  outcome: text,
  /** The provider's status; absent when it gave none. */
  status: z.int().min(0).max(999).optional(),
  started_ms: z.number().min(0),
  duration_ms: z.number().min(0),
  first_token_ms: z.number().min(0).optional(),
});

/**
 * What was decided about a request, where, and why; without a word of its content. Our extension of spend outcomes.
 */
export const requestExplanationSchema = z.object({
  /** The model as the client named it, and what it was read as. */
  requested_model: text.optional(),
  resolved_model: text.optional(),
  inbound_dialect: text,
  strategy: text,
  policy_name: text.optional(),
  candidates: z.array(explainedCandidateSchema).max(EXPLANATION_ENTRIES_MAX),
  attempts: z.array(explainedAttemptSchema).max(EXPLANATION_ENTRIES_MAX),
  /** Names of what could not be carried to the provider. */
  dropped: z.array(text).max(EXPLANATION_ENTRIES_MAX).optional(),
  /** `none`, `continued` or `restarted`. */
  resumed: text.optional(),
  streamed: z.boolean().optional(),
});
export type RequestExplanation = z.output<typeof requestExplanationSchema>;
