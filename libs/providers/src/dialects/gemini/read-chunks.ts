import { asList, asObject, parseObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';

/**
 * The objects in the data of a frame: one, as a rule. A stream without `alt=sse` is one JSON array, of which a frame may
 * hold an element with the punctuation around it; errors of such streams come as a list. Nothing for what is no JSON.
 */
export function readChunks(data: string): readonly JsonObject[] {
  const whole = parseObject(data);
  if (whole !== undefined) return [whole];
  const trimmed = data.trim().replace(/^,/, '').replace(/,$/, '').trim();
  if (!trimmed.startsWith('[') && !trimmed.startsWith('{')) return [];
  const opened = trimmed.startsWith('[') ? trimmed : `[${trimmed}`;
  return parseList(opened) ?? parseList(`${opened}]`) ?? [];
}

function parseList(text: string): readonly JsonObject[] | undefined {
  try {
    return asList(JSON.parse(text))
      ?.map(asObject)
      .filter((element) => element !== undefined);
  } catch {
    return undefined;
  }
}
