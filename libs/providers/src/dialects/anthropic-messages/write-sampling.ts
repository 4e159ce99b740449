import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { Parameters } from '../../spec/model-request.js';

const TEMPERATURE_MAX = 1;
/** The lowest `top_p` that Anthropic accepts while the model thinks. */
const THINKING_TOP_P_MIN = 0.95;

/** Writes how tokens are drawn, as far as the model lets one choose: the rest is left out, with losses. */
export function writeSampling(
  { temperature, topP, topK }: Parameters,
  thinks: boolean,
  { capabilities, losses }: WriteContext,
): JsonObject {
  const keep = (field: string, value: number | undefined, obstacle: string | undefined): number | undefined => {
    if (value === undefined || obstacle === undefined) return value;
    losses.drop(field, obstacle);
    return undefined;
  };
  const never = capabilities.sampling === false ? 'the model does not let one choose it' : undefined;
  const notNow = thinks ? 'it cannot be chosen while the model thinks' : undefined;

  const keptTemperature = keep(
    'temperature',
    temperature,
    never ?? (temperature === TEMPERATURE_MAX ? undefined : notNow),
  );
  const besides = keptTemperature === undefined ? undefined : 'it cannot be combined with temperature';
  const isHigh = topP !== undefined && topP >= THINKING_TOP_P_MIN;
  const keptTopP = keep('top_p', topP, never ?? besides ?? (isHigh ? undefined : notNow));
  return compact({
    temperature: keptTemperature === undefined ? undefined : capTemperature(keptTemperature, losses),
    top_p: keptTopP,
    top_k: keep('top_k', topK, never ?? notNow),
  });
}

function capTemperature(temperature: number, losses: WriteContext['losses']): number {
  if (temperature <= TEMPERATURE_MAX) return temperature;
  losses.drop('temperature', `Anthropic's is at most ${TEMPERATURE_MAX}, which is used`);
  return TEMPERATURE_MAX;
}
