import { asList, asObject } from '../../../json/read-json.js';
import type { Json } from '../../../spec/json.js';

/** Members whose own names are the caller's. */
const OPAQUE = new Set([
  'args',
  'response',
  'parameters',
  'parametersJsonSchema',
  'responseSchema',
  'responseJsonSchema',
  'labels',
  'partMetadata',
]);

/** The value with its members spelled in camel case, since Google takes `system_instruction` for `systemInstruction`. */
export function camelNames(value: Json | undefined): Json | undefined {
  const list = asList(value);
  if (list !== undefined) return list.map((one) => camelNames(one) ?? null);
  const fields = asObject(value);
  if (fields === undefined) return value;
  return Object.fromEntries(
    Object.entries(fields).map(([name, inner]) => {
      const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return [camel, OPAQUE.has(camel) ? inner : camelNames(inner)];
    }),
  );
}
