import { z } from 'zod';

import {
  DELIVERY_MODES,
  OUTCOME_ACTIONS,
  RESUME_MODES,
  RETRIES_DEFAULT,
  ROUTING_STRATEGIES,
  TIME_LIMIT_MS_MAX,
  TIME_LIMIT_MS_MIN,
} from '#gateway-protocol';
import { FAILURE_KINDS, FIXED_OUTCOMES } from '#retry';

import { labelsField } from '../management/labels-field.js';
import { isFloatingName } from './floating-name.js';

const TARGETS_MAX = 64;
const PATTERNS_MAX = 64;
const ALIASES_MAX = 200;
const NAME_CHARACTERS_MAX = 256;
const ID_CHARACTERS_MAX = 64;
const WEIGHT_MAX = 1_000_000;
const RETRIES_MAX = 5;

/** Kinds of failure that a policy may rule on: all but those after which there is nothing left to decide. */
const RULED_OUTCOMES = FAILURE_KINDS.filter((kind) => !FIXED_OUTCOMES.has(kind));

const modelName = z.string().trim().min(1).max(NAME_CHARACTERS_MAX);
const servedModel = modelName.refine((model) => !isFloatingName(model), {
  message: 'must name one model, not a pattern and not a name like "openai/latest" that means another model tomorrow',
});
const modelProviderId = z.string().min(1).max(ID_CHARACTERS_MAX);
const limitMs = z.int().min(TIME_LIMIT_MS_MIN).max(TIME_LIMIT_MS_MAX).nullable().default(null);

const target = z.strictObject({
  modelProviderId,
  model: servedModel.nullable().default(null).describe('Asked for in place of the model of the request.'),
  weight: z.number().min(0).max(WEIGHT_MAX).default(1).describe('Share of the requests under `weighted`.'),
  whenModels: z
    .array(modelName)
    .min(1)
    .max(PATTERNS_MAX)
    .nullable()
    .default(null)
    .describe('Requested models that the target is for; `*` at the end matches any rest. null: every model.'),
});

const diverted = z.strictObject({
  modelProviderId,
  model: servedModel.nullable().default(null),
  percent: z.number().min(0).max(100).describe('Share of the requests, 0 to 100.'),
});

const timeLimits = z.strictObject({
  connect: limitMs,
  headers: limitMs,
  firstToken: limitMs,
  betweenTokens: limitMs,
  total: limitMs,
  deadline: limitMs.describe('Of all attempts together; the others are of each attempt.'),
});

const strategy = z
  .enum(ROUTING_STRATEGIES)
  .describe('The order in which targets are tried; `none` tries only the first. Default: `fallback`, as listed.');
const targets = z
  .array(target)
  .max(TARGETS_MAX)
  .describe('Where requests go, in order of preference. Empty, the default: to every model provider in reach.');
const canary = diverted.describe('A share of the requests tries this target first.');
const shadow = diverted.describe(
  'A share of the requests is sent to this target as well; its answer is thrown away and its cost recorded.',
);
const requiredLabels = labelsField.describe(
  'Labels that a model provider must carry, all of them, to be sent a request.',
);
const retriesMax = z
  .int()
  .min(0)
  .max(RETRIES_MAX)
  .describe(`Repeats at the same target, after failures that a repeat may mend. Default: ${RETRIES_DEFAULT}.`);
const outcomes = z
  .partialRecord(z.enum(RULED_OUTCOMES), z.enum(OUTCOME_ACTIONS), `may only rule on ${RULED_OUTCOMES.join(', ')}`)
  .describe('What follows an attempt that failed, by the kind of its failure, where it is not to be the usual.');
const timeLimitsMs = timeLimits.describe('null, the default: whatever the gateway is configured with.');
const resume = z
  .enum(RESUME_MODES)
  .describe('How another target completes a stream that broke off. Default: `none`, it ends with an error.');
const delivery = z
  .enum(DELIVERY_MODES)
  .describe('`buffered` sends an answer only once it is whole. Default: `streamed`.');
const hedgeAfterMs = z
  .int()
  .min(0)
  .max(TIME_LIMIT_MS_MAX)
  .describe(
    'Starts a second attempt when the first has not begun to answer by then; 0: at the p95 of the model. Default: null, never.',
  );
const modelAliases = z
  .record(modelName, servedModel)
  .refine((aliases) => Object.keys(aliases).length <= ALIASES_MAX, `at most ${ALIASES_MAX} aliases`)
  .describe('Exact names a client may send, and the model each one stands for. Aliases of the key itself win.');

/**
 * What a routing policy says, as it is stored and shown: every field is present.
 *
 * Nested fields that a newer version has stored are left out, not refused: a policy must stay readable.
 */
export const routingPolicySettingsSchema = z.object({
  strategy: strategy.default('fallback'),
  targets: z.array(target.strip()).default([]),
  canary: diverted.strip().nullable().default(null),
  shadow: diverted.strip().nullable().default(null),
  requiredLabels: requiredLabels.default([]),
  retriesMax: retriesMax.default(RETRIES_DEFAULT),
  outcomes: outcomes.default({}),
  timeLimitsMs: timeLimits.strip().prefault({}),
  resume: resume.default('none'),
  delivery: delivery.default('streamed'),
  hedgeAfterMs: hedgeAfterMs.nullable().default(null),
  modelAliases: modelAliases.default({}),
});
export type RoutingPolicySettings = z.output<typeof routingPolicySettingsSchema>;

/** The same fields in a request: an absent one stays as it is, null puts it back to its default. */
export const routingPolicyRequestFields = {
  strategy: strategy.nullish(),
  targets: targets.nullish(),
  canary: canary.nullish(),
  shadow: shadow.nullish(),
  requiredLabels: requiredLabels.nullish(),
  retriesMax: retriesMax.nullish(),
  outcomes: outcomes.nullish(),
  timeLimitsMs: timeLimitsMs.nullish(),
  resume: resume.nullish(),
  delivery: delivery.nullish(),
  hedgeAfterMs: hedgeAfterMs.nullish(),
  modelAliases: modelAliases.nullish(),
};
