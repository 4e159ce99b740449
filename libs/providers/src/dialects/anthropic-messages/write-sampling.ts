import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { Parameters } from '../../spec/model-request.js';

/** The only `temperature`, and the lowest `top_p`, that Anthropic accepts while the model thinks. */
const THINKING_TEMPERATURE = 1;
const THINKING_TOP_P_MIN = 0.95;

/** Writes how tokens are drawn. What cannot be chosen while the model thinks is left out, with losses. */
export function writeSampling(
  { temperature, topP, topK }: Parameters,
  thinks: boolean,
  { losses }: Pick<WriteContext, 'losses'>,
): JsonObject {
  const keep = (field: string, value: number | undefined, obstacle: string | undefined): number | undefined => {
    if (value === undefined || obstacle === undefined) return value;
    losses.drop(field, obstacle);
    return undefined;
  };
  const obstacle = thinks ? 'it cannot be chosen while the model thinks' : undefined;
  const isUsual = temperature === THINKING_TEMPERATURE;
  const keptTemperature = keep('temperature', temperature, isUsual ? undefined : obstacle);
  const besides = keptTemperature === undefined ? undefined : 'it cannot be combined with temperature';
  const isHigh = topP !== undefined && topP >= THINKING_TOP_P_MIN;
  return compact({
    temperature: keptTemperature,
    top_p: keep('top_p', topP, besides ?? (isHigh ? undefined : obstacle)),
    top_k: keep('top_k', topK, obstacle),
  });
}
