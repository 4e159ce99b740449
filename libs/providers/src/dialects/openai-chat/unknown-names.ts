import type { JsonObject } from '../../spec/json.js';

/** The names of a body that nobody knows, in its order; those that are `null` say nothing and are left out. */
export function unknownNames(body: JsonObject, known: ReadonlySet<string>): readonly string[] {
  return Object.keys(body).filter((name) => !known.has(name) && body[name] !== null && body[name] !== undefined);
}
