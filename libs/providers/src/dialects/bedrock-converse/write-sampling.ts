import { compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Parameters } from '../../spec/model-request.js';
import { writeSampling as writeClaudeSampling } from '../anthropic-messages/write-sampling.js';
import type { ReasoningPlan } from './plan-reasoning.js';
import type { RequestScope } from './request-scope.js';

/** Converse's own bound, for every model. */
const TEMPERATURE_MAX = 1;

/** Where the parameters of sampling go. */
export interface Sampling {
  readonly inferenceConfig: JsonObject;
  /** For `additionalModelRequestFields`: what Converse has no name for. */
  readonly modelFields: JsonObject;
}

/** Writes the output cap, the stop sequences and how words are drawn. */
export function writeSampling(parameters: Parameters, plan: ReasoningPlan, scope: RequestScope): Sampling {
  const { maxOutputTokens, stop } = parameters;
  const bounded = { ...parameters, ...boundTemperature(parameters, scope) };
  const { inferenceConfig, modelFields } =
    scope.traits.vendor === 'claude' ? claudeSampling(bounded, plan, scope) : otherSampling(bounded, plan, scope);
  const stopSequences = stop?.filter((sequence) => sequence !== '') ?? [];
  return {
    inferenceConfig: compact({
      maxTokens: maxOutputTokens,
      ...inferenceConfig,
      stopSequences: stopSequences.length > 0 ? stopSequences : undefined,
    }),
    modelFields,
  };
}

function claudeSampling(parameters: Parameters, { fixesSampling }: ReasoningPlan, { context }: RequestScope): Sampling {
  const { temperature, top_p: topP, top_k } = writeClaudeSampling(parameters, fixesSampling, context);
  return { inferenceConfig: compact({ temperature, topP }), modelFields: compact({ top_k }) };
}

function otherSampling(parameters: Parameters, { fixesSampling }: ReasoningPlan, scope: RequestScope): Sampling {
  const { temperature, topP, topK } = fixesSampling ? dropSampling(parameters, scope) : parameters;
  return { inferenceConfig: compact({ temperature, topP }), modelFields: writeTopK(topK, scope) };
}

function dropSampling({ temperature, topP, topK }: Parameters, { context }: RequestScope): Parameters {
  for (const [name, value] of Object.entries({ temperature, top_p: topP, top_k: topK })) {
    if (value !== undefined) context.losses.drop(name, 'the model does not take it while it thinks');
  }
  return {};
}

function boundTemperature({ temperature }: Parameters, { context }: RequestScope): Parameters {
  if (temperature === undefined || temperature <= TEMPERATURE_MAX) return {};
  context.losses.drop('temperature', `Bedrock takes at most ${TEMPERATURE_MAX}`);
  return { temperature: TEMPERATURE_MAX };
}

function writeTopK(topK: number | undefined, { traits, context }: RequestScope): JsonObject {
  if (topK === undefined) return {};
  if (traits.vendor === 'nova') return { inferenceConfig: { topK } };
  context.losses.drop('top_k', 'the model has no name for it on Bedrock');
  return {};
}
