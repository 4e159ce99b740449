import { compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Parameters } from '../../spec/model-request.js';
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

/** Writes the output cap, the stop sequences and what steers the choice of words. */
export function writeSampling(parameters: Parameters, plan: ReasoningPlan, scope: RequestScope): Sampling {
  const { maxOutputTokens, stop } = parameters;
  const { temperature, topP, topK } = plan.fixesSampling ? dropSampling(parameters, scope) : parameters;
  const stopSequences = stop?.filter((sequence) => sequence !== '');
  return {
    inferenceConfig: compact({
      maxTokens: maxOutputTokens,
      temperature: boundTemperature(temperature, scope),
      topP,
      stopSequences: stopSequences !== undefined && stopSequences.length > 0 ? stopSequences : undefined,
    }),
    modelFields: writeTopK(topK, scope),
  };
}

function dropSampling(parameters: Parameters, { context }: RequestScope): Parameters {
  const named = [
    ['temperature', parameters.temperature],
    ['top_p', parameters.topP],
    ['top_k', parameters.topK],
  ] as const;
  for (const [name, value] of named) {
    if (value !== undefined) context.losses.drop(name, 'the model does not take it while it thinks');
  }
  return {};
}

function boundTemperature(temperature: number | undefined, { context }: RequestScope): number | undefined {
  if (temperature === undefined || temperature <= TEMPERATURE_MAX) return temperature;
  context.losses.drop('temperature', `Bedrock takes at most ${TEMPERATURE_MAX}`);
  return TEMPERATURE_MAX;
}

function writeTopK(topK: number | undefined, { traits, context }: RequestScope): JsonObject {
  if (topK === undefined) return {};
  if (traits.vendor === 'claude') return { top_k: topK };
  if (traits.vendor === 'nova') return { inferenceConfig: { topK } };
  context.losses.drop('top_k', 'the model has no name for it on Bedrock');
  return {};
}
