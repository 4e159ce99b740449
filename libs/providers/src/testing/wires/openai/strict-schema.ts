import { asList, asObject } from '../../../json/read-json.js';
import type { Json } from '../../../spec/json.js';

/** Why OpenAI would not take a schema with `strict: true`; undefined when it would. */
export function strictSchemaProblem(schema: Json | undefined, context: readonly string[] = []): string | undefined {
  const fields = asObject(schema);
  if (fields === undefined) return undefined;
  const at = `In context=(${context.map((one) => `'${one}'`).join(', ')})`;
  const properties = asObject(fields['properties']);
  if (fields['type'] === 'object' || properties !== undefined) {
    if (fields['additionalProperties'] !== false) {
      return `${at}, 'additionalProperties' is required to be supplied and to be false.`;
    }
    const required = asList(fields['required']) ?? [];
    const missing = Object.keys(properties ?? {}).find((name) => !required.includes(name));
    if (missing !== undefined) {
      return `${at}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
    }
  }
  return firstProblemBelow(fields, context);
}

function firstProblemBelow(
  fields: Readonly<Record<string, Json | undefined>>,
  context: readonly string[],
): string | undefined {
  const named = ['properties', '$defs', 'definitions'].flatMap((group) =>
    Object.entries(asObject(fields[group]) ?? {}).map(([name, inner]) => [inner, [...context, group, name]] as const),
  );
  const listed = (asList(fields['anyOf']) ?? []).map(
    (inner, index) => [inner, [...context, 'anyOf', `${index}`]] as const,
  );
  const below = [...named, ...listed, [fields['items'], [...context, 'items']] as const];
  for (const [inner, place] of below) {
    const problem = strictSchemaProblem(inner, place);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
