import type { Json, JsonObject } from '../../spec/json.js';

const snakeCaseNames = new Map<string, string>();

/**
 * The member `name` (camel case) of a request's object, in either of the two spellings that Google's parser takes
 * (`topP`, `top_p`). JSON null is absent, as it is for Google.
 */
export function readMember(object: JsonObject, name: string): Json | undefined {
  return object[name] ?? object[snakeCaseOf(name)] ?? undefined;
}

/** The value as a list: Google's parser takes a single value where a list is expected. Absent is empty. */
export function readList(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

/** Names of `object` that `known` (camel case) does not hold in either spelling, as the client wrote them. */
export function unknownMembers(object: JsonObject, known: ReadonlySet<string>): readonly string[] {
  return Object.keys(object).filter((name) => !known.has(name) && !known.has(camelCaseOf(name)));
}

function snakeCaseOf(name: string): string {
  let snakeCase = snakeCaseNames.get(name);
  if (snakeCase === undefined) {
    snakeCase = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakeCaseNames.set(name, snakeCase);
  }
  return snakeCase;
}

function camelCaseOf(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
