import { asList, asObject, asString } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';

/** References may lead back to themselves; deeper than this an object has no members. */
const DEPTH_MAX = 16;

/**
 * The smallest value that a JSON Schema allows, the same for the same schema: `text` for strings, the lower bound or 1
 * for numbers, the first of several choices, required members only.
 */
export function instanceOf(schema: Json | undefined, text: string): Json {
  return new SchemaReader(asObject(schema) ?? {}, text).build(schema, 0);
}

class SchemaReader {
  constructor(
    private readonly root: JsonObject,
    private readonly text: string,
  ) {}

  build(schema: Json | undefined, depth: number): Json {
    const fields = asObject(schema);
    if (fields === undefined || depth > DEPTH_MAX) return null;
    const reference = asString(fields['$ref']);
    if (reference !== undefined) return this.build(this.resolve(reference), depth + 1);
    if (fields['const'] !== undefined) return fields['const'];
    const choices = asList(fields['enum']);
    if (choices?.[0] !== undefined) return choices[0];
    const alternatives = asList(fields['anyOf']) ?? asList(fields['oneOf']);
    if (alternatives !== undefined) return this.build(alternatives[0], depth + 1);
    return this.buildTyped(fields, depth);
  }

  private buildTyped(fields: JsonObject, depth: number): Json {
    switch (typeOf(fields)) {
      case 'string':
        return this.buildString(fields);
      case 'integer':
      case 'number':
        return numberOf(fields);
      case 'boolean':
        return true;
      case 'array':
        return Array.from({ length: countOf(fields['minItems'], 1) }, () => this.build(fields['items'], depth + 1));
      case 'object':
        return this.buildObject(fields, depth);
      default:
        return null;
    }
  }

  private buildObject(fields: JsonObject, depth: number): JsonObject {
    const properties = asObject(fields['properties']) ?? {};
    const required = asList(fields['required']) ?? [];
    return Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => required.includes(name))
        .map(([name, property]) => [name, this.build(property, depth + 1)]),
    );
  }

  private buildString(fields: JsonObject): string {
    const least = countOf(fields['minLength'], 0);
    const most = countOf(fields['maxLength'], Number.MAX_SAFE_INTEGER);
    return this.text.padEnd(least, '.').slice(0, most);
  }

  private resolve(reference: string): Json | undefined {
    if (reference === '#') return this.root;
    let at: Json | undefined = this.root;
    for (const name of reference.replace(/^#\//, '').split('/')) at = asObject(at)?.[name];
    return at;
  }
}

/** The type in lower case, as Gemini spells it in upper case; the first of several that is not null. */
function typeOf(fields: JsonObject): string {
  const type = fields['type'];
  const named = asString(Array.isArray(type) ? type.find((one) => one !== 'null') : type)?.toLowerCase();
  return named ?? (fields['properties'] === undefined ? 'string' : 'object');
}

function numberOf(fields: JsonObject): number {
  const { minimum, maximum } = fields;
  if (typeof minimum === 'number') return Math.ceil(minimum);
  return typeof maximum === 'number' ? Math.min(1, Math.floor(maximum)) : 1;
}

function countOf(value: Json | undefined, fallback: number): number {
  // Google writes 64-bit numbers as text.
  const count = Number(value ?? fallback);
  return Number.isSafeInteger(count) && count >= 0 ? count : fallback;
}
