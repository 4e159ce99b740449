import { JSON_DEPTH_MAX } from '../../json/scan-top-level.js';
import { asList, asNumber, asObject, asString } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';

/** Keywords in snake case that Google's parser takes, by what JSON Schema calls them. */
const CAMEL_CASE: ReadonlyMap<string, string> = new Map([
  ['any_of', 'anyOf'],
  ['max_items', 'maxItems'],
  ['min_items', 'minItems'],
  ['max_length', 'maxLength'],
  ['min_length', 'minLength'],
  ['max_properties', 'maxProperties'],
  ['min_properties', 'minProperties'],
  ['property_ordering', 'propertyOrdering'],
]);

/** Keywords whose values Google writes as strings, because they are 64-bit integers. */
const COUNTS: ReadonlySet<string> = new Set([
  'maxItems',
  'minItems',
  'maxLength',
  'minLength',
  'maxProperties',
  'minProperties',
]);

/**
 * Turns Google's `Schema` (a subset of OpenAPI 3.0: types in capitals, `nullable`, counts as strings) into the JSON
 * Schema that other vendors read.
 *
 * @throws RequestUnreadableError for a schema that is no object or nested too deep.
 */
export function readSchema(value: Json | undefined, field: string, depth = 0): JsonObject {
  const schema = asObject(value);
  if (schema === undefined) throw new RequestUnreadableError(field, 'must be an object');
  if (depth > JSON_DEPTH_MAX) throw new RequestUnreadableError(field, `is nested deeper than ${JSON_DEPTH_MAX} levels`);
  const out: Record<string, Json> = Object.fromEntries(
    Object.entries(schema).flatMap(([written, member]) => {
      const name = CAMEL_CASE.get(written) ?? written;
      if (member === undefined || name === 'nullable' || (name === 'format' && member === 'enum')) return [];
      return [[name, readKeyword(name, member, `${field}.${written}`, depth)]];
    }),
  );
  return schema['nullable'] === true ? withNull(out) : out;
}

function readKeyword(name: string, value: Json, field: string, depth: number): Json {
  if (name === 'type') return readType(value);
  if (name === 'items') return readSchema(value, field, depth + 1);
  if (name === 'properties') return readProperties(value, field, depth);
  if (name === 'anyOf') {
    return (asList(value) ?? []).map((schema, index) => readSchema(schema, `${field}.${index}`, depth + 1));
  }
  return COUNTS.has(name) ? (asNumber(Number(value)) ?? value) : value;
}

function readType(value: Json): Json {
  const list = asList(value);
  return list === undefined ? (asString(value)?.toLowerCase() ?? value) : list.map((type) => readType(type));
}

function readProperties(value: Json, field: string, depth: number): JsonObject {
  const properties = asObject(value);
  if (properties === undefined) throw new RequestUnreadableError(field, 'must be an object');
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, readSchema(schema, `${field}.${name}`, depth + 1)]),
  );
}

function withNull(schema: Record<string, Json>): JsonObject {
  const { type, enum: values, anyOf } = schema;
  if (typeof type === 'string') schema['type'] = [type, 'null'];
  if (Array.isArray(values)) schema['enum'] = [...(values as readonly Json[]), null];
  if (type === undefined && Array.isArray(anyOf)) schema['anyOf'] = [...(anyOf as readonly Json[]), { type: 'null' }];
  return schema;
}
