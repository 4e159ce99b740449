import { asList, asObject } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';

const NOTHING: readonly JsonObject[] = [];

/** The objects of a list; everything else in it, and anything but a list, is passed over. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  const list = asList(value);
  return list === undefined ? NOTHING : list.map(asObject).filter((object) => object !== undefined);
}
