import { asList, asObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';

/** The objects in a list, in order; none when the value is no list. Anything else in it is passed over. */
export function asObjectList(value: unknown): readonly JsonObject[] {
  const objects: JsonObject[] = [];
  for (const entry of asList(value) ?? []) {
    const object = asObject(entry);
    if (object !== undefined) objects.push(object);
  }
  return objects;
}
