import { z } from 'zod';

/** How a policy orders the candidates of a request. */
export const ROUTING_STRATEGIES = ['none', 'fallback', 'weighted', 'least_latency', 'cheapest', 'sticky'] as const;
export type RoutingStrategy = (typeof ROUTING_STRATEGIES)[number];

/** What a policy may say of an attempt's outcome instead of the default table. */
export const OUTCOME_ACTIONS = ['retry', 'next', 'stop'] as const;
export type OutcomeAction = (typeof OUTCOME_ACTIONS)[number];

/** How a stream that broke off may be completed. */
export const RESUME_MODES = ['none', 'continue', 'restart'] as const;
export type ResumeMode = (typeof RESUME_MODES)[number];

/** Whether a stream goes to the client as it comes, or once it is whole. */
export const DELIVERY_MODES = ['streamed', 'buffered'] as const;
export type DeliveryMode = (typeof DELIVERY_MODES)[number];

/** Shortest and longest time limit that a policy or a header may set, in milliseconds. */
export const TIME_LIMIT_MS_MIN = 100;
export const TIME_LIMIT_MS_MAX = 3_600_000;

const limitMs = z.int().min(TIME_LIMIT_MS_MIN).max(TIME_LIMIT_MS_MAX).nullish();

/** The time limits of a policy, each in milliseconds; absent means the gateway's default. */
export const timeLimitsSchema = z.object({
  connect: limitMs,
  headers: limitMs,
  first_token: limitMs,
  between_tokens: limitMs,
  total: limitMs,
  deadline: limitMs,
});

const targetSchema = z.object({
  model_provider_id: z.string().min(1),
  /** Asked for in place of the request's model. */
  model: z.string().min(1).nullish(),
  /** Share of requests under `weighted`. Default 1. */
  weight: z.number().min(0).max(1_000_000).nullish(),
  /** Patterns of requested models that the target is for; absent means every model. */
  when_models: z.array(z.string().min(1)).nullish(),
});

const divertedSchema = z.object({
  model_provider_id: z.string().min(1),
  model: z.string().min(1).nullish(),
  percent: z.number().min(0).max(100),
});

/** A key's routing policy, our extension of the configuration payload. */
export const routingPolicySchema = z.object({
  strategy: z.enum(ROUTING_STRATEGIES),
  /** In order of preference. Empty means every provider of the key, in its order. */
  targets: z.array(targetSchema).max(64),
  /** A share of requests tries this target first. */
  canary: divertedSchema.nullish(),
  /** A share of requests is sent to this target as well; its answer is thrown away and its cost recorded. */
  shadow: divertedSchema.nullish(),
  /** Labels that a provider must carry, all of them, to be sent a request. */
  required_labels: z.array(z.string().min(1)).max(32).nullish(),
  /** Repeats at the same candidate. Default 1. */
  retries_max: z.int().min(0).max(5).nullish(),
  /** By outcome kind; unknown kinds are ignored. */
  outcomes: z.record(z.string(), z.enum(OUTCOME_ACTIONS)).nullish(),
  time_limits_ms: timeLimitsSchema.nullish(),
  resume: z.enum(RESUME_MODES).nullish(),
  delivery: z.enum(DELIVERY_MODES).nullish(),
  /** A second attempt is started when the first has not begun to answer after this long; 0 means the model's p95. */
  hedge_after_ms: z.int().min(0).max(TIME_LIMIT_MS_MAX).nullish(),
});
export type RoutingPolicyPayload = z.output<typeof routingPolicySchema>;

/** A provider to send a request to, and as what. */
export interface RoutingTarget {
  readonly modelProviderId: string;
  /** Null: the model that the request asks for. */
  readonly model: string | null;
  readonly weight: number;
  /** Null: for every model. */
  readonly whenModels: readonly string[] | null;
}

/** A target that gets a share of requests. */
export interface DivertedShare {
  readonly modelProviderId: string;
  readonly model: string | null;
  /** 0 to 100. */
  readonly percent: number;
}

/** Time limits in milliseconds; undefined means the gateway's default. */
export interface TimeLimits {
  readonly connectMs: number | undefined;
  readonly headersMs: number | undefined;
  readonly firstTokenMs: number | undefined;
  readonly betweenTokensMs: number | undefined;
  readonly totalMs: number | undefined;
  readonly deadlineMs: number | undefined;
}

/** How the requests of a key are routed. */
export interface RoutingPolicy {
  readonly strategy: RoutingStrategy;
  readonly targets: readonly RoutingTarget[];
  readonly canary: DivertedShare | null;
  readonly shadow: DivertedShare | null;
  readonly requiredLabels: readonly string[];
  readonly retriesMax: number;
  readonly outcomes: Readonly<Record<string, OutcomeAction>>;
  readonly timeLimits: TimeLimits;
  readonly resume: ResumeMode;
  readonly delivery: DeliveryMode;
  /** Null: never. 0: after the model's p95 time to its first token. */
  readonly hedgeAfterMs: number | null;
}

/** Repeats at the same candidate when nothing says otherwise. */
export const RETRIES_DEFAULT = 1;

/** Reads a policy off the wire. */
export function createRoutingPolicy(payload: RoutingPolicyPayload): RoutingPolicy {
  const limits = payload.time_limits_ms;
  return {
    strategy: payload.strategy,
    targets: payload.targets.map((target) => ({
      modelProviderId: target.model_provider_id,
      model: target.model ?? null,
      weight: target.weight ?? 1,
      whenModels: target.when_models ?? null,
    })),
    canary: createShare(payload.canary),
    shadow: createShare(payload.shadow),
    requiredLabels: payload.required_labels ?? [],
    retriesMax: payload.retries_max ?? RETRIES_DEFAULT,
    outcomes: payload.outcomes ?? {},
    timeLimits: {
      connectMs: limits?.connect ?? undefined,
      headersMs: limits?.headers ?? undefined,
      firstTokenMs: limits?.first_token ?? undefined,
      betweenTokensMs: limits?.between_tokens ?? undefined,
      totalMs: limits?.total ?? undefined,
      deadlineMs: limits?.deadline ?? undefined,
    },
    resume: payload.resume ?? 'none',
    delivery: payload.delivery ?? 'streamed',
    hedgeAfterMs: payload.hedge_after_ms ?? null,
  };
}

function createShare(payload: RoutingPolicyPayload['canary']): DivertedShare | null {
  return payload
    ? { modelProviderId: payload.model_provider_id, model: payload.model ?? null, percent: payload.percent }
    : null;
}
