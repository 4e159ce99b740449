import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { OutputFormat, Parameters } from '../../spec/model-request.js';
import { writeThinking } from './write-thinking.js';

/** Writes `generationConfig`; undefined when the request tunes nothing. */
export function writeGenerationConfig(parameters: Parameters, context: WriteContext): JsonObject | undefined {
  const { topLogprobs, candidateCount } = parameters;
  const config = compact({
    maxOutputTokens: parameters.maxOutputTokens,
    temperature: parameters.temperature,
    topP: parameters.topP,
    topK: parameters.topK,
    stopSequences: parameters.stop,
    presencePenalty: parameters.presencePenalty,
    frequencyPenalty: parameters.frequencyPenalty,
    seed: parameters.seed,
    candidateCount: candidateCount === 1 ? undefined : candidateCount,
    responseLogprobs: parameters.logprobs ?? (topLogprobs === undefined ? undefined : true),
    logprobs: topLogprobs,
    ...writeOutputFormat(parameters.outputFormat),
    responseModalities: parameters.modalities?.map((modality) => modality.toUpperCase()),
    thinkingConfig: writeThinking(parameters, context),
  });
  return Object.keys(config).length === 0 ? undefined : config;
}

/** Schemas go as JSON Schema, so that no keyword is lost on the way to Google's older subset of OpenAPI. */
function writeOutputFormat(format: OutputFormat | undefined): JsonObject {
  if (format === undefined || format.kind === 'text') return {};
  const responseMimeType = 'application/json';
  return format.kind === 'json' ? { responseMimeType } : { responseMimeType, responseJsonSchema: format.schema };
}
