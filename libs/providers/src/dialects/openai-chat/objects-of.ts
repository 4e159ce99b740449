import { asList, asObject } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';

/** The objects of a list; everything else in it, and anything but a list, is passed over. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return (asList(value) ?? []).map(asObject).filter((object) => object !== undefined);
}
